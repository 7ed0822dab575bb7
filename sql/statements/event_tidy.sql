-- SPDX-License-Identifier: ISC
-- Removes events that are old enough, and remembers where they ended.
-- $1 interval: how old   $2 integer: how many at most
-- May be repeated: it removes what is old, and what is gone is gone.
WITH batch AS MATERIALIZED (
    SELECT id FROM clawgw.events WHERE created_at < now() - $1::interval
    ORDER BY created_at LIMIT $2::integer FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM clawgw.events USING batch WHERE events.id = batch.id RETURNING events.xid
), ended AS (
    UPDATE clawgw.events_end SET xid = greatest(events_end.xid, (SELECT max(xid) FROM gone))
    WHERE EXISTS (SELECT FROM gone)
)
SELECT count(*) AS removed FROM gone
