-- SPDX-License-Identifier: ISC
-- One letter. `whole` is what came, as it came.
-- $1 uuid: id   $2 uuid: only of this organisation, NULL: any   $3 uuid: only of agents that this user made, NULL: any
-- May be repeated: it only reads.
SELECT letters.id, letters.created_at, letters.direction, letters.state, threads.channel, agents.name::text AS agent,
       org_members.name::text AS person, threads.subject, letters.attempts, letters.error, letters.sending_at, letters.finished_at,
       letters.external_id, letters.answers, threads.id AS thread, threads.place, letters.content, octet_length(letters.whole) AS bytes
FROM clawgw.letters
JOIN clawgw.threads ON threads.id = letters.thread_id
JOIN agents ON agents.id = threads.agent_id
JOIN org_members ON org_members.id = threads.member_id
WHERE letters.id = $1::uuid
  AND ($2::uuid IS NULL OR (agents.tenant_id = $2::uuid) IS TRUE)
  AND ($3::uuid IS NULL OR (agents.creator_id = $3::uuid) IS TRUE)
