-- SPDX-License-Identifier: ISC
-- The least that send-message needs: whose key it is, who has the name, the message, and the row of the pair's conversation, which
-- is taken as known here. Both rows are read by others, so each has to be written; one statement is one commit.
WITH caller AS (
    SELECT id, tenant_id, creator_id FROM agents WHERE api_key_hash = :agent::text AND agent_type = 'openclaw'
), target AS (
    SELECT agents.id FROM agents, caller WHERE agents.tenant_id = caller.tenant_id AND agents.name = :peer::text
), message AS (
    INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, created_at)
    SELECT md5(:r::text)::uuid, target.id, caller.id, 'conversation ' || :agent, :text, 'pending', now()
    FROM caller, target
)
INSERT INTO chat_messages (id, tenant_id, agent_id, user_id, role, content, conversation_id, created_at)
SELECT md5('r' || :r::text)::uuid, caller.tenant_id, target.id, caller.creator_id, 'user', :text, 'conversation ' || :agent, now()
FROM caller, target;
