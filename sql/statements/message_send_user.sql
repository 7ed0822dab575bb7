-- SPDX-License-Identifier: ISC
-- A user writes to an openclaw agent. `outcome`: sent, native (not an openclaw agent), tenant (not the same), suspended (the
-- agent may not act).
-- $1 uuid: id of the message   $2 uuid: the agent   $3 uuid: the user   $4 text: conversation or NULL   $5 text: content
-- $6 uuid: id of the row in the conversation
-- May be repeated: the caller made the ids, and a row that is there stays.
WITH target AS MATERIALIZED (
    SELECT agents.id, agents.tenant_id,
           CASE
               WHEN agents.agent_type <> 'openclaw' THEN 'native'
               WHEN agents.tenant_id IS DISTINCT FROM users.tenant_id THEN 'tenant'
               WHEN NOT clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                             (SELECT is_active FROM users creator WHERE creator.id = agents.creator_id))
                   THEN 'suspended'
               ELSE 'sent'
           END AS outcome
    FROM agents, users
    WHERE agents.id = $2::uuid AND users.id = $3::uuid
), message AS (
    INSERT INTO gateway_messages (id, agent_id, sender_user_id, conversation_id, content, status, created_at)
    SELECT $1::uuid, target.id, $3::uuid, $4::text, $5::text, 'pending', clock_timestamp() FROM target WHERE outcome = 'sent'
    ON CONFLICT (id) DO NOTHING
), spoken AS (
    INSERT INTO chat_messages (id, agent_id, user_id, role, content, conversation_id, participant_id, created_at
                               /*[chat_messages.tenant_id*/, tenant_id/*]*/ /*[chat_messages.mentions*/, mentions/*]*/)
    SELECT $6::uuid, target.id, $3::uuid, 'user', $5::text, $4::text,
           (SELECT id FROM participants WHERE type = 'user' AND ref_id = $3::uuid), clock_timestamp()
           /*[chat_messages.tenant_id*/, target.tenant_id/*]*/ /*[chat_messages.mentions*/, '[]'/*]*/
    FROM target
    WHERE outcome = 'sent' AND $4::text <> ''
    ON CONFLICT (id) DO NOTHING
)
SELECT outcome FROM target
