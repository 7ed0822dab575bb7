-- SPDX-License-Identifier: ISC
-- Tokens that calls of language models have used, in the counts of the agents that answer and of the models.
-- Arrays as text, entry by entry about a call: $1 text: agents (uuid[])   $2 text: models (uuid[])   $3 text: tokens (bigint[])
WITH given AS MATERIALIZED (
    SELECT * FROM unnest($1::text::uuid[], $2::text::uuid[], $3::text::bigint[]) AS given(agent_id, model_id, tokens)
), agent AS MATERIALIZED (
    SELECT agent.id,
           clawgw.count_is_over(agent.last_daily_reset, 'day', tenant.timezone) AS new_day,
           clawgw.count_is_over(agent.last_monthly_reset, 'month', tenant.timezone) AS new_month
    FROM agents agent
    LEFT JOIN tenants tenant ON tenant.id = agent.tenant_id
    WHERE agent.id IN (SELECT agent_id FROM given)
    ORDER BY agent.id
    FOR NO KEY UPDATE OF agent
), used AS (
    UPDATE agents
    SET tokens_used_today = least((CASE WHEN new_day THEN 0 ELSE tokens_used_today END)::bigint + spent.tokens, 2147483647),
        tokens_used_month = least((CASE WHEN new_month THEN 0 ELSE tokens_used_month END)::bigint + spent.tokens, 2147483647),
        tokens_used_total = least(tokens_used_total::bigint + spent.tokens, 2147483647),
        last_daily_reset = CASE WHEN new_day OR last_daily_reset IS NULL THEN now() ELSE last_daily_reset END,
        last_monthly_reset = CASE WHEN new_month OR last_monthly_reset IS NULL THEN now() ELSE last_monthly_reset END
    FROM agent
    JOIN (SELECT agent_id, sum(tokens)::bigint AS tokens FROM given GROUP BY agent_id) spent ON spent.agent_id = agent.id
    WHERE agents.id = agent.id
)
INSERT INTO clawgw.model_usage (model_id, day, tokens)
SELECT model.id,
       clawgw.local_time(now(), (SELECT timezone FROM tenants WHERE id = model.tenant_id))::date, spent.tokens
FROM (SELECT model_id, sum(tokens)::bigint AS tokens FROM given GROUP BY model_id) spent
CROSS JOIN LATERAL (SELECT id, tenant_id FROM llm_models WHERE id = spent.model_id LIMIT 1) model
ORDER BY model.id
ON CONFLICT (model_id, day) DO UPDATE SET tokens = model_usage.tokens + EXCLUDED.tokens
