-- SPDX-License-Identifier: ISC
-- Language models as an administrator looks after them, with what they have used: today and in the last thirty days of their organisation.
-- With its owner's rights, because the table holds keys; none is here.
CREATE OR REPLACE FUNCTION clawgw.model_survey(actor uuid, only_tenant uuid, most integer)
RETURNS TABLE (id uuid, name text, tenant text, tenant_id uuid, provider text, model text, base_url text, enabled boolean,
    max_tokens_per_day bigint, tokens_today bigint, tokens_30_days bigint, agents bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT model.id, model.label::text, owner.name::text, model.tenant_id, model.provider::text, model.model::text,
           model.base_url::text, model.enabled, model.max_tokens_per_day::bigint,
           coalesce((SELECT usage.tokens FROM clawgw.model_usage usage
                     WHERE usage.model_id = model.id AND usage.day = clawgw.local_time(now(), owner.timezone)::date), 0),
           coalesce((SELECT sum(usage.tokens) FROM clawgw.model_usage usage
                     WHERE usage.model_id = model.id AND usage.day > clawgw.local_time(now(), owner.timezone)::date - 30), 0)::bigint,
           (SELECT count(*) FROM public.agents
            WHERE (agents.primary_model_id = model.id OR agents.fallback_model_id = model.id)
              /*[agents.deleted_at*/ AND agents.deleted_at IS NULL /*]*/ AND agents.tenant_id = model.tenant_id)
    FROM clawgw.operator_rank(actor) me
    JOIN public.llm_models model ON me.rank = 2 OR me.rank = 1 AND model.tenant_id = me.tenant
    LEFT JOIN public.tenants owner ON owner.id = model.tenant_id
    WHERE /*[llm_models.deleted_at*/ model.deleted_at IS NULL AND /*]*/ (only_tenant IS NULL OR model.tenant_id = only_tenant)
    ORDER BY model.label, model.id
    LIMIT most
$function$;
