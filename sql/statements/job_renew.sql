-- SPDX-License-Identifier: ISC
-- A worker's jobs stay its own for another lease. Those that are not returned were lost.
-- $1 text: the worker   $2 interval: lease   $3 text: jobs (uuid[])   $4 text: their epochs (bigint[])
-- May be repeated: only what the worker still holds is changed.
WITH held AS MATERIALIZED (
    SELECT job.id
    FROM unnest($3::text::uuid[], $4::text::bigint[]) AS held(id, epoch)
    CROSS JOIN LATERAL (
        SELECT id FROM clawgw.jobs
        WHERE id = held.id AND state = 'running' AND lease_owner = $1::text AND lease_epoch = held.epoch
        LIMIT 1
        FOR NO KEY UPDATE
    ) job
)
UPDATE clawgw.jobs SET lease_until = clock_timestamp() + $2::interval
WHERE id = ANY (ARRAY(SELECT id FROM held))
RETURNING id
