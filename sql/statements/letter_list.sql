-- SPDX-License-Identifier: ISC
-- Letters, newest first.
-- $1 uuid: only of agents of this tenant   $2 uuid: only of this agent   $3 text: only in this state
-- $4 integer: how many at most; NULL: any
-- May be repeated: it only reads.
SELECT letter.id, letter.created_at, letter.direction, letter.state, threads.channel, agents.name::text AS agent,
       org_members.name::text AS person, threads.subject, letter.attempts, letter.error, letter.finished_at,
       threads.id AS thread
FROM (SELECT * FROM clawgw.letters
      WHERE ($3::text IS NULL OR state = $3::text)
        AND (($1::uuid IS NULL AND $2::uuid IS NULL)
             OR EXISTS (SELECT FROM clawgw.threads JOIN agents ON agents.id = threads.agent_id
                        WHERE threads.id = letters.thread_id AND ($1::uuid IS NULL OR agents.tenant_id = $1::uuid)
                          AND ($2::uuid IS NULL OR agents.id = $2::uuid)))
      ORDER BY created_at DESC, id DESC
      LIMIT $4::integer) letter
JOIN clawgw.threads ON threads.id = letter.thread_id
JOIN agents ON agents.id = threads.agent_id
JOIN org_members ON org_members.id = threads.member_id
ORDER BY letter.created_at DESC, letter.id DESC
