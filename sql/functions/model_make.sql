-- SPDX-License-Identifier: ISC
-- An administrator adds a language model: an org_admin to his organisation, a platform_admin to any (NULL: his own). `settings`: label,
-- provider, model, base_url, temperature, max_output_tokens, max_tokens_per_day, request_timeout, enabled, price, currency; what is not
-- there is not set. Returns its organisation; NULL: not for him, or there is no such organisation. With its owner's rights, because the
-- table holds keys.
CREATE OR REPLACE FUNCTION clawgw.model_make(actor uuid, new_id uuid, its_tenant uuid, settings jsonb, stored_key text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    home CONSTANT uuid := (SELECT tenants.id FROM clawgw.operator_rank(actor) me
                           JOIN public.tenants ON tenants.id = coalesce(its_tenant, me.tenant)
                           WHERE me.rank = 2 OR me.rank = 1 AND tenants.id = me.tenant);
BEGIN
    IF home IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM clawgw.model_create(new_id, home, settings ->> 'label', settings ->> 'provider', settings ->> 'model',
        settings ->> 'base_url', coalesce(stored_key, ''), (settings ->> 'temperature')::double precision,
        (settings ->> 'max_output_tokens')::integer, (settings ->> 'max_tokens_per_day')::integer,
        (settings ->> 'request_timeout')::integer, coalesce((settings ->> 'enabled')::boolean, true));
    IF settings ->> 'price' IS NOT NULL THEN
        PERFORM clawgw.model_price(new_id, (settings ->> 'price')::numeric, coalesce(settings ->> 'currency', ''));
    END IF;
    RETURN home;
END
$function$;
