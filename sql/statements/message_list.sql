-- SPDX-License-Identifier: ISC
-- Messages, newest first. No more than $11 of them are looked at, wherever the filters leave few: list_reach.sql says where that ended.
-- $1 uuid: only for agents of this tenant   $2 uuid: only for agents that this user made   $3 uuid: only for this agent
-- $4 text: only in this state   $5 uuid: only from this user   $6 text: only with these words, in any case
-- $7 interval: only those that are older   $8 timestamptz, $9 uuid: only those that come behind this one in the list
-- (NULL for any)   $10 integer: how many at most   $11 bigint: how many are looked at
-- May be repeated: it only reads.
SELECT message.id, message.status::text, agents.name::text AS agent,
       coalesce(sending_agent.name, sending_user.display_name,
                CASE WHEN message.sender_agent_id IS NULL THEN clawgw.letter_writer(message.id) END)::text AS sender,
       message.conversation_id::text AS conversation, message.created_at, message.delivered_at, message.completed_at,
       left(message.content, 60) AS content, message.agent_id
FROM (
    SELECT looked.*
    FROM (
        (SELECT * FROM gateway_messages
         WHERE $3::uuid IS NULL AND ($4::text IN ('pending', 'delivered')) IS NOT TRUE
           AND (created_at, id) < (coalesce($8::timestamptz, 'infinity'), coalesce($9::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
         ORDER BY created_at DESC, id DESC LIMIT $11::bigint)
        UNION ALL
        (SELECT * FROM gateway_messages
         WHERE $3::uuid IS NULL AND $4::text IN ('pending', 'delivered') AND (status IN ('pending', 'delivered')) IS TRUE
           AND (created_at, id) < (coalesce($8::timestamptz, 'infinity'), coalesce($9::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
         ORDER BY created_at DESC, id DESC LIMIT $11::bigint)
        UNION ALL
        (SELECT * FROM gateway_messages
         WHERE agent_id = $3::uuid AND (created_at IS NOT NULL) IS TRUE
           AND (created_at, id) < (coalesce($8::timestamptz, 'infinity'), coalesce($9::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
         ORDER BY created_at DESC, id DESC LIMIT $11::bigint)
    ) looked
    CROSS JOIN LATERAL (SELECT tenant_id, creator_id FROM agents WHERE id = looked.agent_id LIMIT 1) agent
    WHERE ($1::uuid IS NULL OR (agent.tenant_id = $1::uuid) IS TRUE)
      AND ($2::uuid IS NULL OR (agent.creator_id = $2::uuid) IS TRUE)
      AND ($4::text IS NULL OR looked.status = $4::text)
      AND ($5::uuid IS NULL OR looked.sender_user_id = $5::uuid)
      AND ($6::text IS NULL OR strpos(lower(looked.content), lower($6::text)) > 0)
      AND ($7::interval IS NULL OR looked.created_at < now() - $7::interval)
    ORDER BY looked.created_at DESC, looked.id DESC
    LIMIT $10::integer
) message
LEFT JOIN agents ON agents.id = message.agent_id
LEFT JOIN agents sending_agent ON sending_agent.id = message.sender_agent_id
LEFT JOIN users sending_user ON sending_user.id = message.sender_user_id
ORDER BY message.created_at DESC, message.id DESC
