-- SPDX-License-Identifier: ISC
-- One job with everything about it.
-- $1 uuid: id
-- May be repeated: it only reads.
SELECT job.id, job.state, source.name::text AS source, job.source_agent_id, target.name::text AS target, job.target_agent_id,
       job.attempts, job.created_at, job.run_at, job.lease_owner, job.lease_until, job.lease_epoch, job.finished_at,
       job.last_error, job.lost, job.use_fallback, job.content
FROM clawgw.jobs job
JOIN agents source ON source.id = job.source_agent_id
JOIN agents target ON target.id = job.target_agent_id
WHERE job.id = $1::uuid
