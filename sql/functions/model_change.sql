-- SPDX-License-Identifier: ISC
-- An administrator changes a language model: `change` has what is to be other than it is, named as model_make() names it; null takes
-- base_url, max_tokens_per_day and price away. The key is another one unless NULL. Returns what was and is; NULL: there is no such model
-- for him. With its owner's rights, because the table holds keys.
CREATE OR REPLACE FUNCTION clawgw.model_change(actor uuid, wanted uuid, change jsonb, stored_key text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    it record;
    priced record;
BEGIN
    SELECT model.label, model.model, model.base_url, model.temperature, model.max_output_tokens, model.max_tokens_per_day,
           model.request_timeout, model.enabled INTO it
    FROM clawgw.operator_rank(actor) me
    JOIN public.llm_models model ON model.id = wanted AND (me.rank = 2 OR me.rank = 1 AND model.tenant_id = me.tenant)
    /*[llm_models.deleted_at*/ WHERE model.deleted_at IS NULL /*]*/
    FOR UPDATE OF model;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT price, currency INTO priced FROM clawgw.model_prices WHERE model_id = wanted;
    PERFORM clawgw.model_update(wanted, change ->> 'label', change ->> 'model', change ->> 'base_url',
        change ? 'base_url' AND change ->> 'base_url' IS NULL, stored_key, (change ->> 'temperature')::double precision,
        (change ->> 'max_output_tokens')::integer, (change ->> 'max_tokens_per_day')::integer,
        change ? 'max_tokens_per_day' AND change ->> 'max_tokens_per_day' IS NULL, (change ->> 'request_timeout')::integer,
        (change ->> 'enabled')::boolean);
    IF change ? 'price' THEN
        PERFORM clawgw.model_price(wanted, (change ->> 'price')::numeric, coalesce(change ->> 'currency', priced.currency, ''));
    ELSIF change ? 'currency' THEN
        PERFORM clawgw.model_price(wanted, priced.price, coalesce(change ->> 'currency', ''));
    END IF;
    RETURN (
        SELECT left(coalesce(string_agg(format('%s %s, now %s', what, left(coalesce(was, 'none'), 100), left(coalesce(now, 'none'), 100)),
                                        '; '), '') || CASE WHEN stored_key IS NOT NULL THEN ' another key' ELSE '' END, 300)
        FROM (VALUES ('label', it.label::text, change ->> 'label'), ('model', it.model::text, change ->> 'model'),
                     ('base_url', it.base_url::text, change ->> 'base_url'), ('temperature', it.temperature::text, change ->> 'temperature'),
                     ('max_output_tokens', it.max_output_tokens::text, change ->> 'max_output_tokens'),
                     ('max_tokens_per_day', it.max_tokens_per_day::text, change ->> 'max_tokens_per_day'),
                     ('request_timeout', it.request_timeout::text, change ->> 'request_timeout'),
                     ('enabled', it.enabled::text, change ->> 'enabled'), ('price', priced.price::text, change ->> 'price'),
                     ('currency', priced.currency, change ->> 'currency')) changed(what, was, now)
        WHERE change ? what);
END
$function$;
