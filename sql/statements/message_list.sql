-- SPDX-License-Identifier: ISC
-- Messages, newest first.
-- $1 uuid: only for agents of this tenant   $2 uuid: only for this agent   $3 text: only in this state
-- $4 integer: how many at most; NULL: any
-- May be repeated: it only reads.
SELECT message.id, message.status::text, agents.name::text AS agent,
       coalesce(sending_agent.name, sending_user.display_name)::text AS sender,
       message.conversation_id::text AS conversation, message.created_at, message.delivered_at, message.completed_at,
       left(message.content, 60) AS content
FROM (SELECT * FROM gateway_messages
      WHERE ($2::uuid IS NULL OR agent_id = $2::uuid)
        AND ($3::text IS NULL OR status = $3::text)
        AND ($1::uuid IS NULL
             OR EXISTS (SELECT FROM agents WHERE id = gateway_messages.agent_id AND tenant_id = $1::uuid))
      ORDER BY created_at DESC, id DESC
      LIMIT $4::integer) message
LEFT JOIN agents ON agents.id = message.agent_id
LEFT JOIN agents sending_agent ON sending_agent.id = message.sender_agent_id
LEFT JOIN users sending_user ON sending_user.id = message.sender_user_id
ORDER BY message.created_at DESC, message.id DESC
