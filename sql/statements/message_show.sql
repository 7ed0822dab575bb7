-- SPDX-License-Identifier: ISC
-- One message with everything about it.
-- $1 uuid: id   $2 uuid: only of this organisation, NULL: any   $3 uuid: only of agents that this user made, NULL: any
-- May be repeated: it only reads.
SELECT message.id, message.status::text, agents.name::text AS agent, message.agent_id,
       coalesce(sending_agent.name, sending_user.display_name)::text AS sender, message.sender_agent_id,
       message.sender_user_id, message.conversation_id::text AS conversation, message.created_at, message.delivered_at,
       message.completed_at,
       coalesce((SELECT attempts FROM clawgw.deliveries WHERE message_id = message.id),
                (message.delivered_at IS NOT NULL)::integer) AS handed_out,
       replies.in_reply_to, replies.depth AS reply_depth, message.content, message.result
FROM gateway_messages message
LEFT JOIN agents ON agents.id = message.agent_id
LEFT JOIN agents sending_agent ON sending_agent.id = message.sender_agent_id
LEFT JOIN users sending_user ON sending_user.id = message.sender_user_id
LEFT JOIN clawgw.replies replies ON replies.message_id = message.id
WHERE message.id = $1::uuid
  AND ($2::uuid IS NULL OR (agents.tenant_id = $2::uuid) IS TRUE)
  AND ($3::uuid IS NULL OR (agents.creator_id = $3::uuid) IS TRUE)
