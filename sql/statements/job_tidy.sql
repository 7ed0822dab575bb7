-- SPDX-License-Identifier: ISC
-- Remove jobs that ended long ago.
-- $1 interval: how long ago   $2 integer: how many at most   $3 text: only in this state, NULL: done and dead
-- May be repeated: it removes what is old, and what is gone is gone.
WITH batch AS MATERIALIZED (
    SELECT id FROM clawgw.jobs
    WHERE finished_at IS NOT NULL AND finished_at < now() - $1::interval
      AND state IN ('done', 'dead') AND ($3::text IS NULL OR state = $3::text)
    ORDER BY finished_at
    LIMIT $2::integer
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM clawgw.jobs USING batch WHERE jobs.id = batch.id RETURNING 1
)
SELECT count(*) AS removed FROM gone
