-- SPDX-License-Identifier: ISC
-- How the database is. What sessions of other roles do is seen where the role may (pg_read_all_stats); `hidden` says how many are not.
-- May be repeated: it only reads.
SELECT pg_database_size(current_database()) AS size_bytes, activity.connections, activity.active, activity.waiting_for_locks,
       activity.hidden, activity.oldest_transaction_seconds,
       current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer AS max_connections,
       (blks_hit::double precision / nullif(blks_hit + blks_read, 0)) AS cache_hit, deadlocks, stats_reset AS since
FROM pg_stat_database
CROSS JOIN (
    SELECT count(*) AS connections, count(*) FILTER (WHERE state = 'active') AS active,
           count(*) FILTER (WHERE wait_event_type = 'Lock') AS waiting_for_locks,
           count(*) FILTER (WHERE state IS NULL) AS hidden,
           greatest(max(extract(epoch FROM clock_timestamp() - xact_start)) FILTER (WHERE pid <> pg_backend_pid()), 0)::bigint
               AS oldest_transaction_seconds
    FROM pg_stat_activity WHERE backend_type = 'client backend') activity
WHERE datname = current_database()
