-- SPDX-License-Identifier: ISC
-- One row of somebody's conversations, whole, and what has become of it if he wrote it. No row: not his.
-- $1 uuid: the user   $2 uuid: the row
-- May be repeated: it only reads.
SELECT line.id, line.role::text, line.content, line.conversation_id::text, session.agent_id, agents.name::text AS agent,
       agents.agent_type::text, line.created_at,
       coalesce((SELECT display_name FROM participants WHERE id = line.participant_id),
                CASE WHEN line.role = 'user' THEN (SELECT display_name FROM users WHERE id = line.user_id) ELSE agents.name END)::text AS sender,
       state.status, state.progress, state.error, state.delivered_at, state.completed_at, state.attempts
FROM chat_messages line
JOIN chat_sessions session ON session.id = CASE WHEN line.conversation_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                                                THEN line.conversation_id::uuid END
JOIN agents ON agents.id = session.agent_id
LEFT JOIN LATERAL clawgw.person_message_state(line.id) state ON line.role = 'user'
WHERE line.id = $2::uuid AND session.user_id = $1::uuid AND clawgw.person_conversation(session.id)
