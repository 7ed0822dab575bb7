-- SPDX-License-Identifier: ISC
-- How many jobs are in each state, and since when the oldest of them. A queued job is 'waiting' while it may not run yet:
-- its time has not come, or another one of its lane comes first.
-- May be repeated: it only reads.
SELECT state, jobs, oldest, coalesce(extract(epoch FROM clock_timestamp() - oldest)::bigint, 0) AS oldest_seconds
FROM (SELECT 1 AS place, 'queued' AS state, count(*) AS jobs, min(greatest(run_at, created_at)) AS oldest
      FROM clawgw.jobs WHERE head AND state = 'queued' AND run_at <= clock_timestamp()
      UNION ALL
      SELECT 2, 'waiting', count(*), min(created_at) FROM clawgw.jobs
      WHERE state = 'queued' AND (NOT head OR run_at > clock_timestamp())
      UNION ALL
      SELECT 3, 'running', count(*), min(created_at) FROM clawgw.jobs WHERE state = 'running'
      UNION ALL
      SELECT 4, 'done', count(*), min(finished_at) FROM clawgw.jobs WHERE finished_at IS NOT NULL AND state = 'done'
      UNION ALL
      SELECT 5, 'dead', count(*), min(finished_at) FROM clawgw.jobs WHERE finished_at IS NOT NULL AND state = 'dead') states
ORDER BY place
