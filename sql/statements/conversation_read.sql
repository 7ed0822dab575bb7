-- SPDX-License-Identifier: ISC
-- Notes how far somebody has read one of his conversations, never back; tells his other screens. No row: not his.
-- $1 uuid: the user   $2 uuid: the conversation   $3 uuid: the last row that was seen; NULL: all there is
-- May be repeated: it never goes back.
WITH conversation AS MATERIALIZED (
    SELECT chat_sessions.id, chat_sessions.agent_id
    FROM chat_sessions
    WHERE chat_sessions.id = $2::uuid AND chat_sessions.user_id = $1::uuid AND clawgw.person_conversation(chat_sessions.id)
), until AS MATERIALIZED (
    SELECT conversation.id, conversation.agent_id,
           CASE WHEN $3::uuid IS NULL
                THEN (SELECT created_at FROM chat_messages WHERE conversation_id = conversation.id::text
                      ORDER BY created_at DESC, chat_messages.id DESC LIMIT 1)
                ELSE (SELECT created_at FROM chat_messages
                      WHERE chat_messages.id = $3::uuid AND conversation_id = conversation.id::text) END AS read_at
    FROM conversation
), noted AS (
    INSERT INTO clawgw.reads AS old (user_id, conversation_id, read_at)
    SELECT $1::uuid, id, read_at FROM until WHERE read_at IS NOT NULL
    ON CONFLICT (user_id, conversation_id) DO UPDATE SET read_at = EXCLUDED.read_at WHERE old.read_at < EXCLUDED.read_at
    RETURNING conversation_id
)
/*[chat_sessions.last_read_at_by_user , platform AS (
    UPDATE chat_sessions SET last_read_at_by_user = greatest(chat_sessions.last_read_at_by_user, until.read_at)
    FROM until
    WHERE chat_sessions.id = until.id AND until.read_at IS NOT NULL
) ]*/
, told AS (
    INSERT INTO clawgw.events (user_id, kind, agent_id, conversation_id)
    SELECT $1::uuid, 'read', until.agent_id, until.id::text FROM until JOIN noted ON noted.conversation_id = until.id
)
SELECT until.id, EXISTS (SELECT FROM noted) AS changed FROM until
