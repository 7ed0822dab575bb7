-- SPDX-License-Identifier: ISC
-- The least that a report needs: whose key it is, the message's result, the row of the conversation and the reply to the sender.
-- All three rows are read by others, so each has to be written; one statement is one commit.
WITH done AS (
    UPDATE gateway_messages SET status = 'completed', result = :text, completed_at = now()
    WHERE id = lpad(:message::text, 32, '0')::uuid AND status <> 'completed'
      AND agent_id = (SELECT id FROM agents WHERE api_key_hash = :agent::text AND agent_type = 'openclaw')
    RETURNING agent_id, sender_agent_id, conversation_id
), said AS (
    INSERT INTO chat_messages (id, tenant_id, agent_id, user_id, role, content, conversation_id, created_at)
    SELECT md5(:r::text)::uuid, '00000000-0000-0000-0000-00000000000a', agent_id, '00000000-0000-0000-0000-00000000000b',
           'assistant', :text, conversation_id, now()
    FROM done
)
INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, created_at)
SELECT md5('r' || :r::text)::uuid, sender_agent_id, agent_id, conversation_id, :text, 'pending', now()
FROM done;
