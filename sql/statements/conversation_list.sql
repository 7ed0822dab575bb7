-- SPDX-License-Identifier: ISC
-- Somebody's conversations, the newest first, with their last rows.
-- $1 uuid: the user   $2 uuid: only with this agent, or NULL   $3 uuid: only older ones than this, or NULL   $4 integer: at most
-- $5 integer: characters of the last row   $6 uuid: only this one, or NULL
-- May be repeated: it only reads.
WITH conversation AS MATERIALIZED (
    SELECT chat_sessions.id, chat_sessions.agent_id, chat_sessions.title, chat_sessions.source_channel, chat_sessions.created_at,
           coalesce(chat_sessions.last_message_at, chat_sessions.created_at) AS last_at,
           greatest((SELECT read_at FROM clawgw.reads WHERE user_id = $1::uuid AND conversation_id = chat_sessions.id)
                    /*[chat_sessions.last_read_at_by_user , chat_sessions.last_read_at_by_user ]*/) AS read_at
    FROM chat_sessions
    WHERE chat_sessions.user_id = $1::uuid AND clawgw.person_conversation(chat_sessions.id)
      AND ($2::uuid IS NULL OR chat_sessions.agent_id = $2::uuid) AND ($6::uuid IS NULL OR chat_sessions.id = $6::uuid)
      AND ($3::uuid IS NULL
           OR (coalesce(chat_sessions.last_message_at, chat_sessions.created_at), chat_sessions.id)
              < (SELECT coalesce(older.last_message_at, older.created_at), older.id
                 FROM chat_sessions older WHERE older.id = $3::uuid AND older.user_id = $1::uuid))
    ORDER BY coalesce(chat_sessions.last_message_at, chat_sessions.created_at) DESC, chat_sessions.id DESC
    LIMIT $4::integer
)
SELECT conversation.id, conversation.agent_id, agents.name::text AS agent, agents.agent_type::text, conversation.title::text,
       conversation.source_channel::text AS channel, conversation.created_at, conversation.last_at,
       (SELECT count(*)
        FROM (SELECT FROM chat_messages
              WHERE conversation_id = conversation.id::text AND created_at > coalesce(conversation.read_at, '-infinity')
                AND role = 'assistant'
              LIMIT 100) counted)::integer AS unread,
       last.role, left(last.content, $5::integer) AS last_content, last.created_at AS last_created_at,
       clawgw.person_may_write($1::uuid, conversation.agent_id) AS writable
FROM conversation
JOIN agents ON agents.id = conversation.agent_id
LEFT JOIN LATERAL (
    SELECT role::text, content, created_at
    FROM chat_messages
    WHERE conversation_id = conversation.id::text AND role IN ('user', 'assistant')
    ORDER BY created_at DESC, id DESC
    LIMIT 1
) last ON true
ORDER BY conversation.last_at DESC, conversation.id DESC
