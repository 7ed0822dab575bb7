-- Everything about claimed jobs that a model has to be told, and what has to be on record before it is asked: the
-- conversation with the request in it, and the call in the target's daily count.
-- Rows: per job one of kind 0, then its history of kind 1, oldest first (name: role; text: content).
-- `outcome` of kind 0: ask, or why not: gone, calls (no more today), tokens_day, tokens_month.
-- `…_state` of a model: ok, none, missing, disabled, tokens (used up for today).
-- Arrays as text, entry by entry about the same job: $1 text: jobs (uuid[])   $2 text: conversations (uuid[])
-- $3 text: ids of the rows for the requests (uuid[])   $4 integer: rows of history   $5 integer: characters of each
WITH job AS MATERIALIZED (
    SELECT job.id, job.seq, job.source_agent_id, job.target_agent_id, job.pair_lo, job.pair_hi, job.content,
           job.use_fallback, job.primary_after, job.fallback_after, wanted.n, wanted.conversation_id,
           wanted.conversation_id::text AS conversation, wanted.user_row,
           ARRAY['gw_agent_' || job.pair_lo || '_' || job.pair_hi,
                 'gw_agent_' || job.pair_hi || '_' || job.pair_lo] AS older,
           source.name AS source_name,
           (SELECT id FROM participants WHERE type = 'agent' AND ref_id = job.source_agent_id) AS source_participant,
           (SELECT id FROM participants WHERE type = 'agent' AND ref_id = job.target_agent_id) AS target_participant,
           -- not null: asked before and not answered, and what came later is not history
           (SELECT created_at FROM chat_messages WHERE id = wanted.user_row) AS asked_at
    FROM unnest($1::text::uuid[], $2::text::uuid[], $3::text::uuid[])
        WITH ORDINALITY AS wanted(id, conversation_id, user_row, n)
    -- with a limit, a row is looked up by its id even if the table was empty when this was planned
    CROSS JOIN LATERAL (SELECT * FROM clawgw.jobs WHERE id = wanted.id LIMIT 1) job
    CROSS JOIN LATERAL (SELECT name FROM agents WHERE id = job.source_agent_id LIMIT 1) source
), target AS MATERIALIZED (
    SELECT agent.id, agent.name, agent.role_description, agent.bio, agent.creator_id, agent.tenant_id,
           agent.primary_model_id, agent.fallback_model_id,
           agent.agent_type = 'native' AND agent.deleted_at IS NULL AND NOT agent.is_expired
               AND coalesce(agent.expires_at > now(), true) AS present,
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
), model AS MATERIALIZED (
    SELECT model.*,
           CASE WHEN model.deleted_at IS NOT NULL THEN 'missing'
                WHEN NOT model.enabled THEN 'disabled'
                WHEN model.max_tokens_per_day > 0 AND coalesce((
                    SELECT tokens FROM clawgw.model_usage
                    WHERE model_id = model.id
                      AND day = clawgw.local_time(now(), (SELECT timezone FROM tenants WHERE id = model.tenant_id))::date),
                    0) >= model.max_tokens_per_day THEN 'tokens'
                ELSE 'ok' END AS state
    FROM llm_models model
    WHERE model.id IN (SELECT primary_model_id FROM target UNION SELECT fallback_model_id FROM target)
), judged AS MATERIALIZED (
    SELECT job.*, target.name AS target_name, target.role_description, target.bio, target.creator_id, target.tenant_id,
           target.primary_model_id, target.fallback_model_id,
           CASE WHEN NOT target.present THEN 'gone'
                WHEN target.max_tokens_per_day > 0 AND target.tokens_day >= target.max_tokens_per_day THEN 'tokens_day'
                WHEN target.max_tokens_per_month > 0 AND target.tokens_month >= target.max_tokens_per_month
                    THEN 'tokens_month'
                WHEN target.max_llm_calls_per_day >= 0
                     AND target.calls + row_number() OVER (PARTITION BY target.id ORDER BY job.seq)
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
), made AS (
    INSERT INTO participants (type, ref_id, display_name)
    SELECT 'agent', id, name
    FROM (SELECT source_agent_id AS id, source_name AS name FROM judged WHERE source_participant IS NULL
          UNION
          SELECT target_agent_id, target_name FROM judged WHERE target_participant IS NULL) nobody
    ORDER BY id
    ON CONFLICT (type, ref_id) DO NOTHING
    RETURNING id, ref_id
), session AS (
    INSERT INTO chat_sessions (id, tenant_id, agent_id, user_id, title, source_channel, session_type, peer_agent_id,
                               last_message_at)
    SELECT conversation_id, tenant_id, pair_lo, creator_id, left(source_name || ' ↔ ' || target_name, 200), 'agent', 'a2a',
           pair_hi, clock_timestamp()
    FROM judged
    ORDER BY conversation_id
    ON CONFLICT (id) DO UPDATE SET last_message_at = EXCLUDED.last_message_at
), moved AS (
    UPDATE chat_messages
    SET conversation_id = (SELECT conversation FROM job WHERE chat_messages.conversation_id = ANY (older))
    WHERE conversation_id = ANY (ARRAY(SELECT unnest(older) FROM job))
), asked AS (
    INSERT INTO chat_messages (id, tenant_id, agent_id, user_id, role, content, conversation_id, participant_id)
    SELECT user_row, tenant_id, target_agent_id, creator_id, 'user', content, conversation,
           coalesce(source_participant, (SELECT id FROM made WHERE ref_id = source_agent_id))
    FROM judged
    ORDER BY seq
    ON CONFLICT (id) DO NOTHING
)
SELECT judged.n::integer AS n, 0 AS kind, judged.content AS text, judged.source_name::text AS name, judged.outcome,
       judged.target_name::text, judged.role_description::text, judged.bio, judged.use_fallback,
       -- microseconds, NULL: at any time; the largest number: never
       CASE WHEN judged.primary_after = 'infinity' THEN 9223372036854775807
            ELSE (extract(epoch FROM judged.primary_after - now()) * 1000000)::bigint END AS primary_after,
       CASE WHEN judged.fallback_after = 'infinity' THEN 9223372036854775807
            ELSE (extract(epoch FROM judged.fallback_after - now()) * 1000000)::bigint END AS fallback_after,
       CASE WHEN judged.primary_model_id IS NULL THEN 'none' ELSE coalesce(first.state, 'missing') END AS primary_state,
       first.id AS primary_id, first.provider::text AS primary_provider, first.model::text AS primary_model,
       first.api_key_encrypted::text AS primary_key, first.base_url::text AS primary_url,
       first.temperature AS primary_temperature, first.request_timeout AS primary_timeout,
       first.max_output_tokens AS primary_output,
       CASE WHEN judged.fallback_model_id IS NULL OR judged.fallback_model_id = judged.primary_model_id THEN 'none'
            ELSE coalesce(second.state, 'missing') END AS fallback_state,
       second.id AS fallback_id, second.provider::text AS fallback_provider, second.model::text AS fallback_model,
       second.api_key_encrypted::text AS fallback_key, second.base_url::text AS fallback_url,
       second.temperature AS fallback_temperature, second.request_timeout AS fallback_timeout,
       second.max_output_tokens AS fallback_output, NULL::timestamptz AS created_at, NULL::uuid AS row_id
FROM judged
LEFT JOIN model first ON first.id = judged.primary_model_id
LEFT JOIN model second ON second.id = judged.fallback_model_id
UNION ALL
SELECT judged.n::integer, 1, left(history.content, $5::integer),
       -- who said it, seen from the target; rows without a participant are what their role says
       CASE WHEN history.participant_id = judged.target_participant THEN 'assistant'
            WHEN history.participant_id = judged.source_participant THEN 'user'
            ELSE history.role::text END,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL, NULL, history.created_at, history.id
FROM judged
CROSS JOIN LATERAL (
    SELECT newest.*
    FROM unnest(judged.older || judged.conversation) AS conversation(id)
    CROSS JOIN LATERAL (
        SELECT id, role, content, participant_id, created_at
        FROM chat_messages
        WHERE conversation_id = conversation.id AND role IN ('user', 'assistant')
          AND (created_at, id) < (coalesce(judged.asked_at, 'infinity'), judged.user_row)
        ORDER BY created_at DESC, id DESC
        LIMIT $4::integer
    ) newest
    ORDER BY created_at DESC, id DESC
    LIMIT $4::integer
) history
WHERE judged.outcome = 'ask'
ORDER BY 1, 2, 30, 31
