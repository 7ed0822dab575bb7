-- SPDX-License-Identifier: ISC
-- An administrator makes a user: an org_admin in his organisation, a platform_admin in any (NULL: his own). Returns 'made'; 'forbidden':
-- an org_admin makes no platform_admin; NULL: not for him, or there is no such organisation. With its owner's rights: the responders' role
-- makes no users.
CREATE OR REPLACE FUNCTION clawgw.user_make(actor uuid, new_id uuid, its_tenant uuid, its_name text, its_role text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    who record;
    home uuid;
BEGIN
    SELECT * INTO who FROM clawgw.operator_rank(actor);
    SELECT id INTO home FROM public.tenants
    WHERE id = coalesce(its_tenant, who.tenant) AND (who.rank = 2 OR who.rank = 1 AND id = who.tenant);
    IF home IS NULL THEN
        RETURN NULL;
    END IF;
    IF who.rank < 2 AND its_role = 'platform_admin' THEN
        RETURN 'forbidden';
    END IF;
    PERFORM clawgw.user_create(new_id, home, its_name, its_role);
    RETURN 'made';
END
$function$;
