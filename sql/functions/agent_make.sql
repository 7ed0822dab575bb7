-- SPDX-License-Identifier: ISC
-- An administrator makes an agent: an org_admin in his organisation, a platform_admin in any (NULL: his own). `settings`: name, type
-- ('native', or else openclaw), creator (who is not named: himself), model, fallback_model, role_description.
-- Returns 'made'; 'no_creator', 'no_model': there is no such one to use in that organisation; NULL: not for him, or there is no such
-- organisation. With its owner's rights: the responders' role makes no agents.
CREATE OR REPLACE FUNCTION clawgw.agent_make(actor uuid, new_id uuid, its_tenant uuid, settings jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    its_creator CONSTANT uuid := coalesce((settings ->> 'creator')::uuid, actor);
    its_model CONSTANT uuid := (settings ->> 'model')::uuid;
    its_fallback CONSTANT uuid := (settings ->> 'fallback_model')::uuid;
    home CONSTANT uuid := (SELECT tenants.id FROM clawgw.operator_rank(actor) me
                           JOIN public.tenants ON tenants.id = coalesce(its_tenant, me.tenant)
                           WHERE me.rank = 2 OR me.rank = 1 AND tenants.id = me.tenant);
BEGIN
    IF home IS NULL THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM public.users WHERE id = its_creator AND is_active AND tenant_id = home) THEN
        RETURN 'no_creator';
    END IF;
    IF EXISTS (SELECT FROM unnest(ARRAY[its_model, its_fallback]) wanted(id)
               WHERE wanted.id IS NOT NULL
                 AND NOT EXISTS (SELECT FROM public.llm_models WHERE llm_models.id = wanted.id AND tenant_id = home
                                   /*[llm_models.deleted_at*/ AND deleted_at IS NULL /*]*/)) THEN
        RETURN 'no_model';
    END IF;
    PERFORM clawgw.agent_create(new_id, home, settings ->> 'name', its_creator, coalesce(settings ->> 'type', 'openclaw'), its_model,
                                its_fallback, settings ->> 'role_description', NULL, 'company');
    RETURN 'made';
END
$function$;
