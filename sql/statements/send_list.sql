-- SPDX-License-Identifier: ISC
-- What was sent to people, newest first.
-- $1 uuid: only by agents of this tenant   $2 uuid: only by this agent   $3 text: only with this outcome
-- $4 integer: how many at most; NULL: any
-- May be repeated: it only reads.
SELECT send.id, send.created_at, agents.name::text AS agent, org_members.name::text AS member, send.channel, send.outcome,
       send.error, send.finished_at, send.idempotency_key
FROM (SELECT * FROM clawgw.sends
      WHERE ($2::uuid IS NULL OR agent_id = $2::uuid)
        AND ($3::text IS NULL OR outcome = $3::text)
        AND ($1::uuid IS NULL OR EXISTS (SELECT FROM agents WHERE id = sends.agent_id AND tenant_id = $1::uuid))
      ORDER BY created_at DESC, id DESC
      LIMIT $4::integer) send
JOIN agents ON agents.id = send.agent_id
JOIN org_members ON org_members.id = send.member_id
ORDER BY send.created_at DESC, send.id DESC
