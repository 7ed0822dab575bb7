-- SPDX-License-Identifier: ISC
-- What jobs of pairs of agents lead to when they end: the answer in the conversation, and the message to the sender, which is
-- the answer or the notice that none will come.
-- Arrays as text, entry by entry about the same job: $1 text: jobs (uuid[])   $2 text: whether answered (boolean[])
-- $3 text: answers or notices (text[])   $4 text: conversations, if the pairs have none yet (text[])   $5 text: ids of the rows for the answers (uuid[])
-- $6 text: ids of the messages to the senders (uuid[])
WITH ended AS MATERIALIZED (
    SELECT given.id, given.answered, given.content, given.spoken_row, given.message, job.source_agent_id, job.target_agent_id,
           target.tenant_id, target.creator_id,
           clawgw.pair_conversation(job.source_agent_id, job.target_agent_id, given.conversation) AS conversation
    FROM unnest($1::text::uuid[], $2::text::boolean[], $3::text::text[], $4::text::text[], $5::text::uuid[], $6::text::uuid[])
        AS given(id, answered, content, conversation, spoken_row, message)
    CROSS JOIN LATERAL (SELECT source_agent_id, target_agent_id FROM clawgw.jobs WHERE id = given.id LIMIT 1) job
    CROSS JOIN LATERAL (SELECT tenant_id, creator_id FROM agents WHERE id = job.target_agent_id LIMIT 1) target
), spoken AS (
    INSERT INTO chat_messages (id, /*[chat_messages.tenant_id*/ tenant_id, /*]*/ agent_id, user_id, role, content,
                               conversation_id, participant_id, /*[chat_messages.mentions*/ mentions, /*]*/ created_at)
    SELECT spoken_row, /*[chat_messages.tenant_id*/ tenant_id, /*]*/ target_agent_id, creator_id, 'assistant', content,
           conversation, (SELECT id FROM participants WHERE type = 'agent' AND ref_id = target_agent_id),
           /*[chat_messages.mentions*/ '[]', /*]*/ clock_timestamp()
    FROM ended
    WHERE answered
    ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content
), talked AS (
    UPDATE chat_sessions SET last_message_at = clock_timestamp()
    WHERE id = ANY (ARRAY(SELECT conversation::uuid FROM ended WHERE answered))
), forgotten AS (
    -- only after an operator has queued a dead job again: the answer takes the place of the notice, and nothing that
    -- happened to the notice counts for it
    DELETE FROM clawgw.deliveries WHERE message_id = ANY (ARRAY(SELECT message FROM ended))
), let_go AS (
    DELETE FROM clawgw.handouts WHERE message_id = ANY (ARRAY(SELECT message FROM ended))
), told AS (
    INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, created_at)
    SELECT message, source_agent_id, target_agent_id, conversation, content, 'pending', clock_timestamp()
    FROM ended
    ON CONFLICT (id) DO UPDATE
    SET content = EXCLUDED.content, status = 'pending', result = NULL, created_at = clock_timestamp(), delivered_at = NULL,
        completed_at = NULL
)
-- answers and notices answer the job, and nobody waits for an answer to them
INSERT INTO clawgw.replies (message_id, in_reply_to, depth)
SELECT message, id, 1 FROM ended
ON CONFLICT (message_id) DO NOTHING
