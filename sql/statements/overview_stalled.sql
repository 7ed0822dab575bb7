-- SPDX-License-Identifier: ISC
-- Whether work waits that nobody does: jobs that should have begun, or whose worker is gone, for longer than $1, and no
-- worker is alive. (A worker that cron starts is alive only while it works.)
-- $1 interval: how long a job may wait for a worker
-- May be repeated: it only reads.
WITH RECURSIVE first AS (
    -- what is due first of each organisation and resource, from one to the next through the index
    (SELECT tenant_id, resource_id, run_at FROM clawgw.jobs
     WHERE head AND state = 'queued' ORDER BY tenant_id, resource_id, run_at LIMIT 1)
    UNION ALL
    SELECT next.tenant_id, next.resource_id, next.run_at
    FROM first
    CROSS JOIN LATERAL (SELECT tenant_id, resource_id, run_at FROM clawgw.jobs
                        WHERE head AND state = 'queued' AND (tenant_id, resource_id) > (first.tenant_id, first.resource_id)
                        ORDER BY tenant_id, resource_id, run_at LIMIT 1) next
)
SELECT NOT EXISTS (SELECT FROM clawgw.workers WHERE seen_until > clock_timestamp())
       AND (EXISTS (SELECT FROM (SELECT run_at FROM first LIMIT 1000) due WHERE run_at < now() - $1::interval)
            OR EXISTS (SELECT FROM clawgw.jobs WHERE state = 'running' AND lease_until < now() - $1::interval)) AS stalled
