-- A worker's jobs stay its own for another lease. Those that are not returned were lost.
-- $1 text: the worker   $2 interval: lease   $3 text: jobs (uuid[])   $4 text: their epochs (bigint[])
WITH held AS MATERIALIZED (
    SELECT job.id
    FROM unnest($3::text::uuid[], $4::text::bigint[]) AS held(id, epoch)
    JOIN clawgw.jobs job ON job.id = held.id
    WHERE job.state = 'running' AND job.lease_owner = $1::text AND job.lease_epoch = held.epoch
    ORDER BY job.id
    FOR NO KEY UPDATE OF job
)
UPDATE clawgw.jobs job SET lease_until = clock_timestamp() + $2::interval
FROM held
WHERE job.id = held.id
RETURNING job.id
