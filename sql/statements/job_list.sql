-- SPDX-License-Identifier: ISC
-- Jobs, newest first.
-- $1 uuid: only for agents of this tenant   $2 uuid: only from or for this agent   $3 text: only in this state
-- $4 integer: how many at most; NULL: any
-- May be repeated: it only reads.
SELECT job.id, job.state, job.kind, coalesce(source.name, users.display_name, clawgw.letter_writer(job.subject_id))::text AS source,
       target.name::text AS target, job.attempts, job.created_at, job.run_at,
       job.finished_at, job.last_error, left(job.content, 60) AS content
FROM (SELECT * FROM clawgw.jobs
      WHERE ($2::uuid IS NULL OR source_agent_id = $2::uuid OR target_agent_id = $2::uuid)
        AND ($3::text IS NULL OR state = $3::text)
        AND ($1::uuid IS NULL OR tenant_id = $1::uuid)
      ORDER BY seq DESC
      LIMIT $4::integer) job
LEFT JOIN agents source ON source.id = job.source_agent_id
LEFT JOIN users ON users.id = job.source_user_id
LEFT JOIN agents target ON target.id = job.target_agent_id
ORDER BY job.seq DESC
