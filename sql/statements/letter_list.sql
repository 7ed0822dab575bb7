-- SPDX-License-Identifier: ISC
-- Letters, newest first. No more than $11 of them are looked at, wherever the filters leave few: list_reach.sql says where that ended.
-- $1 uuid: only of agents of this tenant   $2 uuid: only of agents that this user made   $3 uuid: only of this agent
-- $4 text: only in this state   $5 uuid: only from or to this member, or this user   $6 text: only with these words, in any case
-- $7 interval: only those that are older   $8 timestamptz, $9 uuid: only those that come behind this one in the list
-- (NULL for any)   $10 integer: how many at most   $11 bigint: how many are looked at
-- May be repeated: it only reads.
SELECT letter.id, letter.created_at, letter.direction, letter.state, letter.channel, letter.agent, letter.person, letter.subject,
       letter.attempts, letter.error, letter.finished_at, letter.thread_id AS thread, letter.agent_id
FROM (
    SELECT looked.*, thread.channel, agent.name::text AS agent, member.name::text AS person, thread.subject, thread.agent_id
    FROM (
        SELECT id, created_at, direction, state, attempts, error, finished_at, thread_id, content FROM clawgw.letters
        WHERE (created_at, id) < (coalesce($8::timestamptz, 'infinity'), coalesce($9::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        ORDER BY created_at DESC, id DESC LIMIT $11::bigint
    ) looked
    CROSS JOIN LATERAL (SELECT * FROM clawgw.threads WHERE id = looked.thread_id LIMIT 1) thread
    CROSS JOIN LATERAL (SELECT name, tenant_id, creator_id FROM agents WHERE id = thread.agent_id LIMIT 1) agent
    CROSS JOIN LATERAL (SELECT name, user_id FROM org_members WHERE id = thread.member_id LIMIT 1) member
    WHERE ($1::uuid IS NULL OR (agent.tenant_id = $1::uuid) IS TRUE)
      AND ($2::uuid IS NULL OR (agent.creator_id = $2::uuid) IS TRUE)
      AND ($3::uuid IS NULL OR thread.agent_id = $3::uuid)
      AND ($4::text IS NULL OR looked.state = $4::text)
      AND ($5::uuid IS NULL OR thread.member_id = $5::uuid OR (member.user_id = $5::uuid) IS TRUE)
      AND ($6::text IS NULL OR strpos(lower(looked.content), lower($6::text)) > 0
           OR strpos(lower(thread.subject), lower($6::text)) > 0)
      AND ($7::interval IS NULL OR looked.created_at < now() - $7::interval)
    ORDER BY looked.created_at DESC, looked.id DESC
    LIMIT $10::integer
) letter
ORDER BY letter.created_at DESC, letter.id DESC
