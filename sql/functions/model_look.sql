-- SPDX-License-Identifier: ISC
-- Language models, or one of them, as an administrator looks after them, with what they have used: today and in the last thirty days of
-- their organisation, and what that cost. With its owner's rights, because the table holds keys; none is here.
CREATE OR REPLACE FUNCTION clawgw.model_look(actor uuid, only_tenant uuid, only_model uuid, most integer)
RETURNS TABLE (id uuid, name text, tenant text, tenant_id uuid, provider text, model text, base_url text, enabled boolean, has_key boolean,
    temperature double precision, max_output_tokens integer, max_tokens_per_day bigint, request_timeout integer, price double precision,
    currency text, tokens_today bigint, tokens_30_days bigint, cost_today double precision, cost_30_days double precision, agents bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT model.id, model.label::text, owner.name::text, model.tenant_id, model.provider::text, model.model::text,
           model.base_url::text, model.enabled, coalesce(model.api_key_encrypted, '') <> '', model.temperature::double precision,
           model.max_output_tokens, model.max_tokens_per_day::bigint, model.request_timeout, prices.price::double precision,
           prices.currency, used.today, used.month, (used.today * prices.price / 1000000)::double precision,
           (used.month * prices.price / 1000000)::double precision,
           (SELECT count(*) FROM public.agents
            WHERE (agents.primary_model_id = model.id OR agents.fallback_model_id = model.id)
              /*[agents.deleted_at*/ AND agents.deleted_at IS NULL /*]*/ AND agents.tenant_id = model.tenant_id)
    FROM clawgw.operator_rank(actor) me
    JOIN public.llm_models model ON me.rank = 2 OR me.rank = 1 AND model.tenant_id = me.tenant
    LEFT JOIN public.tenants owner ON owner.id = model.tenant_id
    LEFT JOIN clawgw.model_prices prices ON prices.model_id = model.id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(usage.tokens) FILTER (WHERE usage.day = today.day), 0)::bigint AS today,
               coalesce(sum(usage.tokens), 0)::bigint AS month
        FROM (SELECT clawgw.local_time(now(), owner.timezone)::date AS day) today
        LEFT JOIN clawgw.model_usage usage ON usage.model_id = model.id AND usage.day > today.day - 30) used
    WHERE /*[llm_models.deleted_at*/ model.deleted_at IS NULL AND /*]*/ (only_tenant IS NULL OR model.tenant_id = only_tenant)
      AND (only_model IS NULL OR model.id = only_model)
    ORDER BY model.label, model.id
    LIMIT most
$function$;
