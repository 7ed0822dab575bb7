-- SPDX-License-Identifier: ISC
-- An administrator changes a user: his role, or whether he is active; what is NULL stays. With its owner's rights, because the responders'
-- role cannot write to users; so it sees for itself that `actor` may: a platform_admin anybody, an org_admin whom he has in his
-- organisation, but neither one of them himself, nor an org_admin a platform_admin or one to be. Who is shut out has no sessions any more.
-- Returns what he was ("role member, active"); 'forbidden'; NULL: there is no such user for this actor.
CREATE OR REPLACE FUNCTION clawgw.user_change(actor uuid, wanted uuid, new_role text, new_active boolean) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    who record;
    target record;
BEGIN
    SELECT * INTO who FROM clawgw.operator_rank(actor);
    SELECT id, role::text AS role, tenant_id, is_active INTO target FROM public.users WHERE id = wanted FOR UPDATE;
    IF coalesce(who.rank, 0) < 1 OR target.id IS NULL OR who.rank = 1 AND target.tenant_id IS DISTINCT FROM who.tenant THEN
        RETURN NULL;
    END IF;
    IF target.id = actor OR who.rank = 1 AND (target.role = 'platform_admin' OR new_role = 'platform_admin') THEN
        RETURN 'forbidden';
    END IF;
    UPDATE public.users
    SET role = coalesce(new_role::public.user_role_enum, users.role), is_active = coalesce(new_active, users.is_active),
        updated_at = clock_timestamp()
    WHERE id = wanted;
    IF NOT coalesce(new_active, true) THEN
        DELETE FROM clawgw.sessions WHERE user_id = wanted;
        DELETE FROM clawgw.signin_links WHERE user_id = wanted AND used_at IS NULL;
    END IF;
    RETURN format('role %s, %s', target.role, CASE WHEN target.is_active THEN 'active' ELSE 'suspended' END);
END
$function$;
