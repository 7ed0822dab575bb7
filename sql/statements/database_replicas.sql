-- SPDX-License-Identifier: ISC
-- Who follows the database; where the role may not see more, only that somebody does.
-- May be repeated: it only reads.
SELECT application_name::text AS name, state, pg_wal_lsn_diff(sent_lsn, replay_lsn)::bigint AS lag_bytes,
       extract(epoch FROM replay_lag)::double precision AS lag_seconds
FROM pg_stat_replication
ORDER BY 1
LIMIT 50
