-- SPDX-License-Identifier: ISC
-- Searches somebody's conversations, the newest first, with the place marked.
-- $1 uuid: the user   $2 text: what is looked for   $3 text: the same as a pattern of LIKE   $4 uuid: only with this agent, or NULL
-- $5 uuid: only before this row, or NULL   $6 integer: at most   $7 integer: characters shown on either side
-- May be repeated: it only reads.
SELECT line.id, line.conversation_id::text, session.title::text, line.agent_id, agents.name::text AS agent, line.role::text,
       line.created_at,
       substr(line.content, greatest(place.at - $7::integer, 1), least($7::integer, place.at - 1)) AS before_text,
       substr(line.content, place.at, length($2::text)) AS mark,
       substr(line.content, place.at + length($2::text), $7::integer) AS after_text,
       place.at > $7::integer + 1 AS cut_before,
       length(line.content) >= place.at + length($2::text) + $7::integer AS cut_after
FROM clawgw.message_search($1::uuid, $2::text, $3::text, $4::uuid,
         coalesce((SELECT created_at FROM chat_messages WHERE id = $5::uuid AND user_id = $1::uuid), 'infinity'),
         coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), $6::integer) hit
JOIN chat_messages line ON line.id = hit.id
CROSS JOIN LATERAL (SELECT greatest(strpos(lower(line.content), lower($2::text)), 1) AS at) place
JOIN chat_sessions session ON session.id = CASE WHEN line.conversation_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                                                THEN line.conversation_id::uuid END
JOIN agents ON agents.id = session.agent_id
WHERE session.user_id = $1::uuid AND clawgw.person_conversation(session.id)
ORDER BY line.created_at DESC, line.id DESC
