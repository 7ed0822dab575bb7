-- What became of claimed jobs, all of it in one transaction: done (the answer goes to the sender), dead (a notice goes to
-- the sender), or queued again for a retry. A job that the worker no longer holds is left alone and not returned.
-- $1 text: the worker. Arrays as text, entry by entry about the same job: $2 text: jobs (uuid[])   $3 text: epochs (bigint[])
-- $4 text: new states (text[])   $5 text: answers or notices (text[])   $6 text: errors for operators (text[])
-- $7 text: when to run again, microseconds from now (bigint[])   $8 text: conversations (text[])
-- $9 text: ids of the rows for the answers (uuid[])   $10 text: ids of the messages to the senders (uuid[])
-- $11 text: models that were asked (uuid[])   $12 text: tokens that they used (bigint[])
-- $13 text: whether the fallback is next (boolean[])   $14, $15 text: until when the primary and the fallback are not to be
-- asked, microseconds from now (bigint[]; NULL: as before; the largest number: for good)
WITH given AS MATERIALIZED (
    SELECT *
    FROM unnest($2::text::uuid[], $3::text::bigint[], $4::text::text[], $5::text::text[], $6::text::text[],
                $7::text::bigint[], $8::text::text[], $9::text::uuid[], $10::text::uuid[], $11::text::uuid[],
                $12::text::bigint[], $13::text::boolean[], $14::text::bigint[], $15::text::bigint[])
        AS given(id, epoch, state, content, error, delay, conversation, spoken_row, message, model_id, tokens, use_fallback,
                 primary_delay, fallback_delay)
), held AS MATERIALIZED (
    SELECT given.*, job.source_agent_id, job.target_agent_id
    FROM given
    -- with a limit, a row is looked up by its id even if the table was empty when this was planned
    CROSS JOIN LATERAL (
        SELECT source_agent_id, target_agent_id
        FROM clawgw.jobs
        WHERE id = given.id AND state = 'running' AND lease_owner = $1::text AND lease_epoch = given.epoch
        LIMIT 1
        FOR NO KEY UPDATE
    ) job
), target AS MATERIALIZED (
    SELECT agent.id, agent.tenant_id, agent.creator_id,
           clawgw.count_is_over(agent.last_daily_reset, 'day', tenant.timezone) AS new_day,
           clawgw.count_is_over(agent.last_monthly_reset, 'month', tenant.timezone) AS new_month
    FROM agents agent
    LEFT JOIN tenants tenant ON tenant.id = agent.tenant_id
    WHERE agent.id IN (SELECT target_agent_id FROM held)
    ORDER BY agent.id
    FOR NO KEY UPDATE OF agent
), settled AS (
    UPDATE clawgw.jobs job
    SET (state, attempts, run_at, last_error, use_fallback, primary_after, fallback_after, finished_at) = (
            SELECT held.state,
                   job.attempts + (held.state = 'queued' OR held.model_id IS NOT NULL)::integer,
                   CASE WHEN held.state = 'queued' THEN clock_timestamp() + held.delay * interval '1 microsecond'
                        ELSE job.run_at END,
                   coalesce(held.error, job.last_error),
                   held.use_fallback,
                   CASE WHEN held.primary_delay IS NULL THEN job.primary_after
                        WHEN held.primary_delay = 9223372036854775807 THEN 'infinity'
                        ELSE clock_timestamp() + held.primary_delay * interval '1 microsecond' END,
                   CASE WHEN held.fallback_delay IS NULL THEN job.fallback_after
                        WHEN held.fallback_delay = 9223372036854775807 THEN 'infinity'
                        ELSE clock_timestamp() + held.fallback_delay * interval '1 microsecond' END,
                   CASE WHEN held.state <> 'queued' THEN clock_timestamp() END
            FROM held
            WHERE held.id = job.id),
        lease_owner = NULL, lease_until = NULL
    WHERE job.id = ANY (ARRAY(SELECT id FROM held))
), spoken AS (
    INSERT INTO chat_messages (id, tenant_id, agent_id, user_id, role, content, conversation_id, participant_id)
    SELECT held.spoken_row, target.tenant_id, target.id, target.creator_id, 'assistant', held.content, held.conversation,
           (SELECT id FROM participants WHERE type = 'agent' AND ref_id = target.id)
    FROM held
    JOIN target ON target.id = held.target_agent_id
    WHERE held.state = 'done'
    ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content
), talked AS (
    UPDATE chat_sessions SET last_message_at = clock_timestamp()
    WHERE id = ANY (ARRAY(SELECT conversation::uuid FROM held WHERE state = 'done'))
), told AS (
    INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, content)
    SELECT message, source_agent_id, target_agent_id, conversation, content
    FROM held
    WHERE state <> 'queued'
    -- only after an operator has queued a dead job again: the answer takes the place of the notice
    ON CONFLICT (id) DO UPDATE
    SET content = EXCLUDED.content, status = 'pending', result = NULL, created_at = clock_timestamp(), delivered_at = NULL,
        completed_at = NULL
), used AS (
    UPDATE agents
    SET tokens_used_today = least((CASE WHEN new_day THEN 0 ELSE tokens_used_today END)::bigint + spent.tokens, 2147483647),
        tokens_used_month = least((CASE WHEN new_month THEN 0 ELSE tokens_used_month END)::bigint + spent.tokens, 2147483647),
        tokens_used_total = least(tokens_used_total::bigint + spent.tokens, 2147483647),
        last_daily_reset = CASE WHEN new_day OR last_daily_reset IS NULL THEN now() ELSE last_daily_reset END,
        last_monthly_reset = CASE WHEN new_month OR last_monthly_reset IS NULL THEN now() ELSE last_monthly_reset END
    FROM target
    JOIN (SELECT target_agent_id, sum(tokens)::bigint AS tokens FROM held WHERE tokens > 0 GROUP BY target_agent_id) spent
        ON spent.target_agent_id = target.id
    WHERE agents.id = target.id
), charged AS (
    INSERT INTO clawgw.model_usage (model_id, day, tokens)
    SELECT model.id,
           clawgw.local_time(now(), (SELECT timezone FROM tenants WHERE id = model.tenant_id))::date, spent.tokens
    FROM (SELECT model_id, sum(tokens)::bigint AS tokens FROM held WHERE tokens > 0 GROUP BY model_id) spent
    JOIN llm_models model ON model.id = spent.model_id
    ORDER BY model.id
    ON CONFLICT (model_id, day) DO UPDATE SET tokens = model_usage.tokens + EXCLUDED.tokens
)
SELECT id FROM held
