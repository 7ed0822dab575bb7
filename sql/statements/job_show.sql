-- SPDX-License-Identifier: ISC
-- One job with everything about it. `waits_for`: what keeps it from ending, in words; NULL once it has ended.
-- $1 uuid: id   $2 uuid: only of this organisation, NULL: any   $3 uuid: only of agents that this user made, NULL: any
-- May be repeated: it only reads.
SELECT job.id, job.state, job.kind,
       coalesce(source.name, users.display_name, clawgw.letter_writer(job.subject_id))::text AS source, job.source_agent_id, target.name::text AS target, job.target_agent_id,
       clawgw.job_waits_for(job) AS waits_for,
       job.attempts, job.created_at, job.run_at, job.lease_owner, job.lease_until, job.lease_epoch, job.finished_at,
       job.last_error, job.lost, job.use_fallback, job.content
FROM clawgw.jobs job
LEFT JOIN agents source ON source.id = job.source_agent_id
LEFT JOIN users ON users.id = job.source_user_id
LEFT JOIN agents target ON target.id = job.target_agent_id
WHERE job.id = $1::uuid
  AND ($2::uuid IS NULL OR job.tenant_id = $2::uuid)
  AND ($3::uuid IS NULL OR (coalesce(target.creator_id, source.creator_id) = $3::uuid) IS TRUE)
