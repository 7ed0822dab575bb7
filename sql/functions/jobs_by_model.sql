-- SPDX-License-Identifier: ISC
-- Jobs by what they use, a language model or letters, and by state: those that have not ended, and those that died within a day; the
-- newest 10,000 of each. For an administrator. With its owner's rights, because the responders' role does not read what models are called.
CREATE OR REPLACE FUNCTION clawgw.jobs_by_model(actor uuid, only_tenant uuid)
RETURNS TABLE (model text, model_id uuid, state text, jobs bigint, oldest_seconds bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT CASE its.resource_id WHEN clawgw.letter_resource('email') THEN 'letters by mail'
                                WHEN clawgw.letter_resource('feishu') THEN 'letters in Feishu'
                                ELSE llm.label::text END,
           llm.id, its.state, its.jobs, its.oldest
    FROM (SELECT found.resource_id, found.state, count(*) AS jobs,
                 greatest(extract(epoch FROM clock_timestamp() - min(found.since)), 0)::bigint AS oldest
          FROM clawgw.operator_rank(actor) me
          CROSS JOIN LATERAL (
              (SELECT job.resource_id, job.tenant_id, job.state, job.created_at AS since FROM clawgw.jobs job
               WHERE job.state IN ('queued', 'running') ORDER BY job.created_at DESC LIMIT 10000)
              UNION ALL
              (SELECT job.resource_id, job.tenant_id, job.state, job.finished_at FROM clawgw.jobs job
               WHERE job.state = 'dead' AND job.finished_at > now() - interval '1 day' ORDER BY job.finished_at DESC LIMIT 10000)
          ) found
          WHERE me.rank >= 1 AND (me.rank = 2 OR found.tenant_id = me.tenant) AND (only_tenant IS NULL OR found.tenant_id = only_tenant)
          GROUP BY found.resource_id, found.state) its
    LEFT JOIN public.llm_models llm ON llm.id = its.resource_id
    ORDER BY its.state, its.jobs DESC
    LIMIT 500
$function$;
