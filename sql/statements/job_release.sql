-- SPDX-License-Identifier: ISC
-- A worker gives jobs back that it will not finish; they are due at once.
-- $1 text: the worker   $2 text: jobs (uuid[])   $3 text: their epochs (bigint[])
-- May be repeated: only what the worker still holds is changed.
WITH held AS MATERIALIZED (
    SELECT job.id
    FROM unnest($2::text::uuid[], $3::text::bigint[]) AS held(id, epoch)
    CROSS JOIN LATERAL (
        SELECT id FROM clawgw.jobs
        WHERE id = held.id AND state = 'running' AND lease_owner = $1::text AND lease_epoch = held.epoch
        LIMIT 1
        FOR NO KEY UPDATE
    ) job
)
UPDATE clawgw.jobs SET state = 'queued', lease_owner = NULL, lease_until = NULL
WHERE id = ANY (ARRAY(SELECT id FROM held))
RETURNING id
