-- SPDX-License-Identifier: ISC
-- What jobs of people lead to when they end: the answer in the conversation, or the notice that none will come; screens are told.
-- Arrays as text, entry by entry about the same job: $1 text: jobs (uuid[])   $2 text: whether answered (boolean[])
-- $3 text: answers or notices (text[])   $4 text: ids of the rows for the answers (uuid[])
-- May be repeated: the rows have ids made of the jobs', and screens are told twice of the same thing.
WITH ended AS MATERIALIZED (
    SELECT given.*, job.source_user_id, job.target_agent_id, job.conversation_id, job.ended_as, target.tenant_id
    FROM unnest($1::text::uuid[], $2::text::boolean[], $3::text::text[], $4::text::uuid[])
        AS given(id, answered, content, spoken_row)
    CROSS JOIN LATERAL (
        SELECT source_user_id, target_agent_id, conversation_id, ended_as FROM clawgw.jobs WHERE id = given.id LIMIT 1
    ) job
    CROSS JOIN LATERAL (SELECT tenant_id FROM agents WHERE id = job.target_agent_id LIMIT 1) target
), made AS (
    INSERT INTO participants (id, type, ref_id, display_name, created_at)
    SELECT DISTINCT ON (agents.id) gen_random_uuid(), 'agent', agents.id, agents.name, clock_timestamp()
    FROM ended
    JOIN agents ON agents.id = ended.target_agent_id
    WHERE NOT EXISTS (SELECT FROM participants WHERE type = 'agent' AND ref_id = agents.id)
    ORDER BY agents.id
    ON CONFLICT (type, ref_id) DO NOTHING
    RETURNING id, ref_id
), spoken AS (
    INSERT INTO chat_messages (id, /*[chat_messages.tenant_id*/ tenant_id, /*]*/ agent_id, user_id, role, content,
                               conversation_id, participant_id, /*[chat_messages.mentions*/ mentions, /*]*/ created_at)
    SELECT spoken_row, /*[chat_messages.tenant_id*/ tenant_id, /*]*/ target_agent_id, source_user_id, 'assistant', content,
           conversation_id,
           coalesce((SELECT id FROM participants WHERE type = 'agent' AND ref_id = target_agent_id),
                    (SELECT id FROM made WHERE ref_id = target_agent_id)),
           /*[chat_messages.mentions*/ '[]', /*]*/ clock_timestamp()
    FROM ended
    WHERE answered
    ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content, created_at = EXCLUDED.created_at
), talked AS (
    UPDATE chat_sessions SET last_message_at = clock_timestamp()
    WHERE id = ANY (ARRAY(SELECT conversation_id::uuid FROM ended WHERE answered))
), noticed AS (
    INSERT INTO clawgw.notices (job_id, status, notice)
    SELECT id, 'failed', content FROM ended WHERE NOT answered
    ON CONFLICT (job_id) DO UPDATE SET status = EXCLUDED.status, notice = EXCLUDED.notice
)
INSERT INTO clawgw.events (user_id, kind, agent_id, conversation_id, message_id, row_id, status, error)
SELECT source_user_id, 'message', target_agent_id, conversation_id, id, spoken_row, NULL, NULL FROM ended WHERE answered
UNION ALL
SELECT source_user_id, 'status', target_agent_id, conversation_id, id, NULL, CASE WHEN answered THEN 'completed' ELSE coalesce(ended_as, 'failed') END,
       CASE WHEN NOT answered THEN content END
FROM ended
