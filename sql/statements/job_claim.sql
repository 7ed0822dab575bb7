-- Takes jobs that are due for a worker: those whose worker is gone, then the first of each pair, the longest due first.
-- A claimed job is the worker's until its lease ends; the epoch fences whoever had it before.
-- $1 text: the worker   $2 interval: lease   $3 integer: how many at most
WITH lost AS MATERIALIZED (
    SELECT id
    FROM clawgw.jobs
    WHERE state = 'running' AND lease_until < now()
    ORDER BY lease_until
    LIMIT $3::integer
    FOR UPDATE SKIP LOCKED
), due AS MATERIALIZED (
    SELECT lo, hi
    FROM clawgw.pairs
    WHERE next_at <= now()
    ORDER BY next_at
    LIMIT $3::integer
    FOR NO KEY UPDATE SKIP LOCKED
), head AS MATERIALIZED (
    SELECT job.id
    FROM due
    CROSS JOIN LATERAL (
        SELECT id FROM clawgw.jobs
        WHERE pair_lo = due.lo AND pair_hi = due.hi AND state = 'queued'
        ORDER BY seq
        LIMIT 1
    ) job
), chosen AS MATERIALIZED (
    SELECT id FROM lost
    UNION ALL
    SELECT id FROM head
    LIMIT $3::integer
)
UPDATE clawgw.jobs
SET state = 'running', lease_owner = $1::text, lease_until = clock_timestamp() + $2::interval, lease_epoch = lease_epoch + 1,
    lost = lost + (state = 'running')::integer
WHERE id = ANY (ARRAY(SELECT id FROM chosen))
-- somebody may have taken or finished the job between the look and the lock
  AND (state = 'queued' OR (state = 'running' AND lease_until < now()))
RETURNING id, source_agent_id, target_agent_id, lease_epoch, attempts, lost
