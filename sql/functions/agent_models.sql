-- SPDX-License-Identifier: ISC
-- The language models of an agent, as far as operators are to see them: what they are called, whether they may be used, what was used of
-- them today. With its owner's rights, because the table holds keys.
CREATE OR REPLACE FUNCTION clawgw.agent_models(agent uuid)
RETURNS TABLE (id uuid, label text, usable boolean, is_primary boolean, max_tokens_per_day bigint, tokens bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT model.id, model.label::text, model.enabled /*[llm_models.deleted_at*/ AND model.deleted_at IS NULL /*]*/,
           model.id = its.primary_model_id, model.max_tokens_per_day::bigint,
           coalesce((SELECT usage.tokens FROM clawgw.model_usage usage
                     WHERE usage.model_id = model.id
                       AND usage.day = clawgw.local_time(now(), (SELECT timezone FROM public.tenants WHERE tenants.id = its.tenant_id))::date), 0)
    FROM public.agents its
    CROSS JOIN LATERAL (SELECT * FROM public.llm_models WHERE llm_models.id = its.primary_model_id
                        UNION ALL
                        SELECT * FROM public.llm_models
                        WHERE llm_models.id = its.fallback_model_id AND its.fallback_model_id IS DISTINCT FROM its.primary_model_id) model
    WHERE its.id = agent
$function$;
