-- SPDX-License-Identifier: ISC
-- Whose screens may have something new: topics to wake, for a process that nobody told.
-- $1 interval: how far back   $2 integer: how many events to look at
-- May be repeated: it only reads.
SELECT DISTINCT coalesce('user:' || user_id, 'tenant:' || tenant_id) AS topic
FROM (SELECT user_id, tenant_id FROM clawgw.events WHERE created_at > clock_timestamp() - $1::interval
      ORDER BY created_at DESC LIMIT $2::integer) recent
