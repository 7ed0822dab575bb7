-- SPDX-License-Identifier: ISC
-- A worker is alive. Rows of workers that ended without a word are taken away after a day.
-- $1 text: its name   $2 text: version   $3 interval: when it counts as gone   $4 integer: in flight   $5 integer: at most
-- May be repeated: the worker is alive either way.
WITH gone AS (
    DELETE FROM clawgw.workers WHERE seen_until < now() - interval '1 day'
)
INSERT INTO clawgw.workers (name, version, seen_until, in_flight, max_inflight)
VALUES ($1::text, $2::text, clock_timestamp() + $3::interval, $4::integer, $5::integer)
ON CONFLICT (name) DO UPDATE
SET seen_at = clock_timestamp(), seen_until = EXCLUDED.seen_until, in_flight = EXCLUDED.in_flight,
    max_inflight = EXCLUDED.max_inflight
