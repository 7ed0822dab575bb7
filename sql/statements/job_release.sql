-- A worker gives jobs back that it will not finish; they are due at once.
-- $1 text: the worker   $2 text: jobs (uuid[])   $3 text: their epochs (bigint[])
WITH held AS MATERIALIZED (
    SELECT job.id
    FROM unnest($2::text::uuid[], $3::text::bigint[]) AS held(id, epoch)
    JOIN clawgw.jobs job ON job.id = held.id
    WHERE job.state = 'running' AND job.lease_owner = $1::text AND job.lease_epoch = held.epoch
    ORDER BY job.pair_lo, job.pair_hi
    FOR NO KEY UPDATE OF job
)
UPDATE clawgw.jobs job SET state = 'queued', lease_owner = NULL, lease_until = NULL
FROM held
WHERE job.id = held.id
RETURNING job.id
