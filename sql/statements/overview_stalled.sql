-- SPDX-License-Identifier: ISC
-- Whether work waits that nobody does: jobs that should have begun, or whose worker is gone, for longer than $1, and no
-- worker is alive. (A worker that cron starts is alive only while it works.)
-- $1 interval: how long a job may wait for a worker
-- May be repeated: it only reads.
SELECT NOT EXISTS (SELECT FROM clawgw.workers WHERE seen_until > clock_timestamp())
       AND (EXISTS (SELECT FROM clawgw.jobs WHERE head AND state = 'queued' AND run_at < now() - $1::interval)
            OR EXISTS (SELECT FROM clawgw.jobs WHERE state = 'running' AND lease_until < now() - $1::interval)) AS stalled
