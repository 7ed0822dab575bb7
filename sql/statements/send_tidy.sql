-- SPDX-License-Identifier: ISC
-- Remove the record of what was sent to people long ago.
-- $1 interval: how long ago   $2 integer: how many at most
-- May be repeated: it removes what is old, and what is gone is gone.
WITH batch AS MATERIALIZED (
    SELECT id FROM clawgw.sends
    WHERE created_at < now() - $1::interval AND outcome <> 'sending'
    ORDER BY created_at, id
    LIMIT $2::integer
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM clawgw.sends USING batch WHERE sends.id = batch.id RETURNING 1
)
SELECT count(*) AS removed FROM gone
