-- SPDX-License-Identifier: ISC
-- Somebody writes to an agent: the row in the conversation, the conversation itself if it is new, and the message (openclaw) or the job
-- (native), all with the message's id. One row. `outcome`: agent (there is none that he may write to), unavailable (it cannot answer),
-- conversation (not his, or with another agent), full (too much waits already, `full_queue` says where: clawgw.queue_full), mismatch
-- (the id is taken by something else), race (somebody has just taken it: ask again), sent, repeated.
-- $1 uuid: the user   $2 uuid: the agent   $3 uuid: the message   $4 uuid: the conversation   $5 boolean: an existing one
-- $6 text: what he writes   $7 text: the title of a new conversation   $8 bigint: how much of his may wait for
-- the agent   $9 bigint: how much of all   $10 bigint: how much in the organisation
-- $11 text: trace id, or NULL
-- May be repeated: the caller made the ids, and a repeat finds the row.
WITH prior AS MATERIALIZED (
    SELECT line.conversation_id::text,
           line.user_id = $1::uuid AND line.role = 'user' AND line.content = $6::text AND line.agent_id = $2::uuid
           AND (NOT $5::boolean OR line.conversation_id = $4::uuid::text) AS same
    FROM chat_messages line
    WHERE line.id = $3::uuid
), target AS MATERIALIZED (
    SELECT agents.id, agents.name, agents.agent_type, agents.tenant_id,
           clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                (SELECT is_active FROM users creator WHERE creator.id = agents.creator_id)) AS available
    FROM agents
    WHERE agents.id = $2::uuid AND clawgw.person_may_write($1::uuid, agents.id)
), session AS MATERIALIZED (
    SELECT chat_sessions.id
    FROM chat_sessions
    WHERE chat_sessions.id = $4::uuid AND chat_sessions.user_id = $1::uuid AND chat_sessions.agent_id = $2::uuid
      AND clawgw.person_conversation(chat_sessions.id)
), queue AS MATERIALIZED (
    SELECT clawgw.queue_full(agent_type <> 'openclaw', $1::uuid, id, tenant_id, $8::bigint, $9::bigint, $10::bigint) AS full_queue
    FROM target
    WHERE available AND NOT EXISTS (SELECT FROM prior)
), verdict AS MATERIALIZED (
    SELECT CASE WHEN EXISTS (SELECT FROM prior WHERE same) THEN 'repeated'
                WHEN EXISTS (SELECT FROM prior) THEN 'mismatch'
                WHEN NOT EXISTS (SELECT FROM target) THEN 'agent'
                WHEN $5::boolean AND NOT EXISTS (SELECT FROM session) THEN 'conversation'
                WHEN NOT (SELECT available FROM target) THEN 'unavailable'
                WHEN (SELECT full_queue FROM queue) IS NOT NULL THEN 'full'
                ELSE 'sent' END AS outcome
), allowed AS MATERIALIZED (
    SELECT target.* FROM target, verdict WHERE verdict.outcome = 'sent'
), participant AS (
    INSERT INTO participants (id, type, ref_id, display_name, created_at)
    SELECT gen_random_uuid(), 'user', users.id, users.display_name, clock_timestamp()
    FROM users, allowed
    WHERE users.id = $1::uuid
    ON CONFLICT (type, ref_id) DO NOTHING
    RETURNING id
), opened AS (
    INSERT INTO chat_sessions (id, /*[chat_sessions.tenant_id*/ tenant_id, /*]*/ agent_id, user_id, title, source_channel,
                               /*[chat_sessions.session_type*/ session_type, /*]*/ is_group, created_at,
                               /*[chat_sessions.updated_at*/ updated_at, /*]*/
                               /*[chat_sessions.is_primary is_primary, ]*/ last_message_at)
    SELECT $4::uuid, /*[chat_sessions.tenant_id*/ tenant_id, /*]*/ id, $1::uuid, $7::text, 'web',
           /*[chat_sessions.session_type*/ 'direct', /*]*/ false, clock_timestamp(),
           /*[chat_sessions.updated_at*/ clock_timestamp(), /*]*/
           /*[chat_sessions.is_primary false, ]*/ clock_timestamp()
    FROM allowed
    ON CONFLICT (id) DO UPDATE SET last_message_at = EXCLUDED.last_message_at
), spoken AS (
    INSERT INTO chat_messages (id, /*[chat_messages.tenant_id*/ tenant_id, /*]*/ agent_id, user_id, role, content, conversation_id,
                               participant_id, /*[chat_messages.mentions*/ mentions, /*]*/ created_at)
    SELECT $3::uuid, /*[chat_messages.tenant_id*/ tenant_id, /*]*/ id, $1::uuid, 'user', $6::text, $4::uuid::text,
           coalesce((SELECT id FROM participant), (SELECT id FROM participants WHERE type = 'user' AND ref_id = $1::uuid)),
           /*[chat_messages.mentions*/ '[]', /*]*/ clock_timestamp()
    FROM allowed
    ON CONFLICT (id) DO NOTHING
    RETURNING id
), message AS (
    INSERT INTO gateway_messages (id, agent_id, sender_user_id, conversation_id, content, status, created_at)
    SELECT $3::uuid, allowed.id, $1::uuid, $4::uuid::text, $6::text, 'pending', clock_timestamp()
    FROM allowed
    WHERE allowed.agent_type = 'openclaw' AND EXISTS (SELECT FROM spoken)
    ON CONFLICT (id) DO NOTHING
), job AS (
    INSERT INTO clawgw.jobs (id, kind, source_user_id, target_agent_id, conversation_id, content)
    SELECT $3::uuid, 'person', $1::uuid, allowed.id, $4::uuid::text, $6::text
    FROM allowed
    WHERE allowed.agent_type <> 'openclaw' AND EXISTS (SELECT FROM spoken)
    ON CONFLICT (id) DO NOTHING
), told AS (
    INSERT INTO clawgw.events (user_id, kind, agent_id, conversation_id, message_id, row_id, status)
    SELECT $1::uuid, 'message', allowed.id, $4::uuid::text, $3::uuid, $3::uuid, 'pending'
    FROM allowed
    WHERE EXISTS (SELECT FROM spoken)
), stepped AS (
    INSERT INTO clawgw.steps (subject_id, step, trace_id) SELECT id, 'accepted', $11::text FROM spoken
)
SELECT CASE WHEN outcome = 'sent' AND NOT EXISTS (SELECT FROM spoken) THEN 'race' ELSE outcome END AS outcome,
       coalesce((SELECT conversation_id FROM prior), $4::uuid::text) AS conversation,
       (SELECT name FROM target)::text AS agent, (SELECT agent_type FROM target)::text AS agent_type,
       (SELECT status FROM clawgw.person_message_state($3::uuid)) AS status, (SELECT full_queue FROM queue) AS full_queue
FROM verdict
