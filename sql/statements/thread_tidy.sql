-- SPDX-License-Identifier: ISC
-- Remove threads in which nobody has written for long and no letter is left; the conversations stay.
-- $1 interval: how long   $2 integer: how many at most
-- May be repeated: it removes what is old, and what is gone is gone.
WITH batch AS MATERIALIZED (
    SELECT id FROM clawgw.threads
    WHERE last_at < now() - $1::interval AND NOT EXISTS (SELECT FROM clawgw.letters WHERE thread_id = threads.id)
    ORDER BY last_at
    LIMIT $2::integer
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM clawgw.threads USING batch WHERE threads.id = batch.id RETURNING 1
)
SELECT count(*) AS removed FROM gone
