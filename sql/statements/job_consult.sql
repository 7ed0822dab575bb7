-- SPDX-License-Identifier: ISC
-- Who is asked by claimed jobs, and whether: the native agents with their limits. A call that is about to be made is counted.
-- Rows: one per job. `outcome`: ask, or why not: gone, calls (no more today), tokens_day, tokens_month, unasked (`ask` was false).
-- Arrays as text, entry by entry about the same job: $1 text: jobs (uuid[])   $2 text: whether to ask at all (boolean[])
WITH job AS MATERIALIZED (
    SELECT job.id, job.seq, job.target_agent_id, wanted.ask, wanted.n
    FROM unnest($1::text::uuid[], $2::text::boolean[]) WITH ORDINALITY AS wanted(id, ask, n)
    -- with a limit, a row is looked up by its id even if the table was empty when this was planned
    CROSS JOIN LATERAL (SELECT id, seq, target_agent_id FROM clawgw.jobs WHERE id = wanted.id LIMIT 1) job
), target AS MATERIALIZED (
    SELECT agent.id, agent.name, agent.role_description, agent.bio, agent.primary_model_id, agent.fallback_model_id,
           agent.agent_type = 'native'
               AND clawgw.agent_may_act(agent, tenant.is_active,
                                        (SELECT is_active FROM users WHERE id = agent.creator_id)) AS present,
           agent.max_llm_calls_per_day, agent.max_tokens_per_day, agent.max_tokens_per_month,
           new_day, new_month, new_calls,
           CASE WHEN new_calls THEN 0 ELSE agent.llm_calls_today END AS calls,
           CASE WHEN new_day THEN 0 ELSE agent.tokens_used_today END AS tokens_day,
           CASE WHEN new_month THEN 0 ELSE agent.tokens_used_month END AS tokens_month
    FROM agents agent
    LEFT JOIN tenants tenant ON tenant.id = agent.tenant_id
    CROSS JOIN LATERAL (
        SELECT clawgw.count_is_over(agent.last_daily_reset, 'day', tenant.timezone) AS new_day,
               clawgw.count_is_over(agent.last_monthly_reset, 'month', tenant.timezone) AS new_month,
               clawgw.count_is_over(agent.llm_calls_reset_at, 'day', tenant.timezone) AS new_calls
    ) turn
    WHERE agent.id IN (SELECT target_agent_id FROM job)
    ORDER BY agent.id
    FOR NO KEY UPDATE OF agent
), judged AS MATERIALIZED (
    SELECT job.n, job.target_agent_id, target.name, target.role_description, target.bio, target.primary_model_id,
           target.fallback_model_id,
           CASE WHEN NOT target.present THEN 'gone'
                WHEN NOT job.ask THEN 'unasked'
                WHEN target.max_tokens_per_day > 0 AND target.tokens_day >= target.max_tokens_per_day THEN 'tokens_day'
                WHEN target.max_tokens_per_month > 0 AND target.tokens_month >= target.max_tokens_per_month
                    THEN 'tokens_month'
                WHEN target.max_llm_calls_per_day >= 0
                     AND target.calls + row_number() OVER (PARTITION BY target.id, job.ask ORDER BY job.seq)
                         > target.max_llm_calls_per_day THEN 'calls'
                ELSE 'ask' END AS outcome
    FROM job
    JOIN target ON target.id = job.target_agent_id
), counted AS (
    UPDATE agents
    SET llm_calls_today = least(target.calls::bigint + asked.calls, 2147483647),
        llm_calls_reset_at = CASE WHEN new_calls OR llm_calls_reset_at IS NULL THEN now() ELSE llm_calls_reset_at END,
        tokens_used_today = target.tokens_day,
        last_daily_reset = CASE WHEN new_day OR last_daily_reset IS NULL THEN now() ELSE last_daily_reset END,
        tokens_used_month = target.tokens_month,
        last_monthly_reset = CASE WHEN new_month OR last_monthly_reset IS NULL THEN now() ELSE last_monthly_reset END
    FROM target
    JOIN (SELECT target_agent_id, count(*) AS calls FROM judged WHERE outcome = 'ask' GROUP BY target_agent_id) asked
        ON asked.target_agent_id = target.id
    WHERE agents.id = target.id
)
SELECT n::integer AS n, outcome, name::text, role_description::text, bio, primary_model_id, fallback_model_id
FROM judged
