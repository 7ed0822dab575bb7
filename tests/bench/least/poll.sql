-- SPDX-License-Identifier: ISC
-- The least that a poll needs which finds a message: whose key it is, the oldest message taken by nobody else, and the last ten
-- rows of its conversation. Whom the agent knows is left out, in the yardstick's favour.
WITH handed AS (
    UPDATE gateway_messages SET status = 'delivered', delivered_at = now()
    WHERE id = (SELECT id FROM gateway_messages
                WHERE agent_id = (SELECT id FROM agents WHERE api_key_hash = :agent::text AND agent_type = 'openclaw')
                  AND status = 'pending'
                ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, conversation_id, content, created_at, sender_agent_id
)
SELECT handed.*, said.*
FROM handed
LEFT JOIN LATERAL (
    SELECT role, content, participant_id, created_at FROM chat_messages
    WHERE conversation_id = handed.conversation_id ORDER BY created_at DESC LIMIT 10) said ON true;
