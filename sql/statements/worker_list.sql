-- SPDX-License-Identifier: ISC
-- Workers that were seen lately.
-- May be repeated: it only reads.
SELECT name, seen_until > clock_timestamp() AS alive, in_flight, max_inflight, started_at, seen_at, version
FROM clawgw.workers
ORDER BY started_at, name
