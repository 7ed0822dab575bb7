-- SPDX-License-Identifier: ISC
-- Rows of one of somebody's conversations. Rows of the result: kind 0 the conversation (one, or none: not his); kind 1 its rows,
-- oldest first, up to $6 + 1 on either side of the place so that one can see whether there are more (side 0: up to the place,
-- side 1: behind it); kind 2 his messages that an agent works on now, whose row for progress has an id made of theirs.
-- $1 uuid: the user   $2 uuid: the conversation   $3 uuid: the row that is the place; NULL: the end
-- $4 boolean: rows before the place   $5 boolean: rows behind it   $6 integer: how many   $7 integer: characters of each
-- $8 boolean: the row of the place as well
-- May be repeated: it only reads.
WITH conversation AS MATERIALIZED (
    SELECT chat_sessions.id, chat_sessions.agent_id, chat_sessions.title, chat_sessions.created_at, agents.name,
           agents.agent_type,
           (SELECT read_at FROM clawgw.reads WHERE user_id = $1::uuid AND conversation_id = chat_sessions.id) AS read_at
    FROM chat_sessions
    JOIN agents ON agents.id = chat_sessions.agent_id
    WHERE chat_sessions.id = $2::uuid AND chat_sessions.user_id = $1::uuid AND clawgw.person_conversation(chat_sessions.id)
), place AS MATERIALIZED (
    SELECT line.created_at, line.id
    FROM chat_messages line
    WHERE line.id = $3::uuid AND line.conversation_id = (SELECT id::text FROM conversation)
), older AS MATERIALIZED (
    SELECT line.id, line.role, line.content, line.user_id, line.participant_id, line.created_at
    FROM chat_messages line
    WHERE $4::boolean AND line.conversation_id = (SELECT id::text FROM conversation)
      AND (line.created_at, line.id) < (coalesce((SELECT created_at FROM place), 'infinity'),
                                        coalesce((SELECT id FROM place), 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      AND line.role IN ('user', 'assistant', 'system')
    ORDER BY line.created_at DESC, line.id DESC
    LIMIT $6::integer + 1
), newer AS MATERIALIZED (
    SELECT line.id, line.role, line.content, line.user_id, line.participant_id, line.created_at
    FROM chat_messages line
    WHERE $5::boolean AND line.conversation_id = (SELECT id::text FROM conversation)
      AND (line.created_at, line.id) > (SELECT created_at, id FROM place)
      AND line.role IN ('user', 'assistant', 'system')
    ORDER BY line.created_at, line.id
    LIMIT $6::integer + 1
), line AS MATERIALIZED (
    SELECT 0 AS side, older.* FROM older
    UNION ALL
    SELECT 0, line.id, line.role, line.content, line.user_id, line.participant_id, line.created_at
    FROM chat_messages line
    WHERE $8::boolean AND line.id = (SELECT id FROM place)
    UNION ALL
    SELECT 1, newer.* FROM newer
)
SELECT 0 AS kind, 0 AS side, conversation.id, conversation.agent_type::text AS role, conversation.title::text AS content, false AS truncated,
       conversation.name::text AS sender, conversation.created_at, NULL::text AS status, NULL::text AS progress, NULL::text AS error,
       conversation.agent_id, ($3::uuid IS NULL OR EXISTS (SELECT FROM place)) AS placed
FROM conversation
UNION ALL
(SELECT 1, line.side, line.id, line.role::text, left(line.content, $7::integer), length(line.content) > $7::integer,
        coalesce((SELECT display_name FROM participants WHERE id = line.participant_id),
                 CASE WHEN line.role = 'user' THEN (SELECT display_name FROM users WHERE id = line.user_id)
                      ELSE (SELECT name FROM conversation) END)::text,
        line.created_at, state.status, state.progress, state.error, NULL, true
 FROM line
 LEFT JOIN LATERAL clawgw.person_message_state(line.id) state ON line.role = 'user'
 ORDER BY line.created_at, line.id)
UNION ALL
SELECT 2, 0, message.id, NULL, NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, true
FROM gateway_messages message
WHERE message.agent_id = (SELECT agent_id FROM conversation) AND message.status = 'delivered'
  AND message.conversation_id = (SELECT id::text FROM conversation) AND message.sender_user_id = $1::uuid
