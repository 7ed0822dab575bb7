-- SPDX-License-Identifier: ISC
-- What should have been done by now: by a worker, and by `clawgw-admin tidy`; when both were last here, how old the schema is, and how
-- many connections there are for programs. Times are seconds ago.
-- $1 interval: keep_completed   $2 interval: keep_jobs   $3 interval: keep_idempotency   $4 interval: keep_sends; NULL: for ever
-- May be repeated: it only reads.
SELECT (SELECT count(*) FROM agents WHERE agent_type = 'native' /*[agents.deleted_at*/ AND deleted_at IS NULL /*]*/) AS native_agents,
       (SELECT extract(epoch FROM clock_timestamp() - min(run_at))::bigint
        FROM clawgw.jobs WHERE head AND state = 'queued' AND run_at < clock_timestamp()) AS oldest_due_seconds,
       (SELECT count(*) FROM clawgw.jobs WHERE state = 'dead' AND finished_at > now() - interval '1 day') AS dead_today,
       (SELECT count(*) FROM (SELECT FROM gateway_messages
                              WHERE completed_at < now() - $1::interval AND (SELECT clawgw.adopted_at()) = '-infinity'
                                AND status NOT IN ('pending', 'delivered')
                              LIMIT 1000) old) AS old_messages,
       (SELECT count(*) FROM (SELECT FROM clawgw.jobs WHERE finished_at < now() - $2::interval LIMIT 1000) old) AS old_jobs,
       (SELECT count(*) FROM (SELECT FROM clawgw.idempotency_keys
                              WHERE created_at < now() - $3::interval LIMIT 1000) old) AS old_keys,
       (SELECT count(*) FROM (SELECT FROM clawgw.sends
                              WHERE created_at < now() - $4::interval AND outcome <> 'sending'
                              LIMIT 1000) old) AS old_sends,
       (SELECT count(*) FROM clawgw.workers WHERE seen_until > clock_timestamp()) AS workers,
       (SELECT extract(epoch FROM clock_timestamp() - max(seen_at))::bigint FROM clawgw.workers) AS worker_seen,
       (SELECT extract(epoch FROM clock_timestamp() - max(created_at))::bigint FROM clawgw.audit
        WHERE action = 'tidy' AND outcome = 'done') AS tidy_ran,
       (SELECT extract(epoch FROM clock_timestamp() - min(applied_at))::bigint FROM clawgw.migrations) AS age,
       (SELECT sum(CASE name WHEN 'max_connections' THEN setting::integer ELSE -setting::integer END)::integer FROM pg_settings
        WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')) AS connections
