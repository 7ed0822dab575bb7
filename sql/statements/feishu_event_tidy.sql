-- SPDX-License-Identifier: ISC
-- Forget what came from Feishu: it repeats nothing for so long.
-- $1 interval: how long ago   $2 integer: how many at most
-- May be repeated: it removes what is old, and what is gone is gone.
WITH batch AS MATERIALIZED (
    SELECT id FROM clawgw.feishu_events
    WHERE created_at < now() - $1::interval
    ORDER BY created_at
    LIMIT $2::integer
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM clawgw.feishu_events USING batch WHERE feishu_events.id = batch.id RETURNING 1
)
SELECT count(*) AS removed FROM gone
