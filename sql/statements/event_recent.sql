-- SPDX-License-Identifier: ISC
-- Events of the last moments with the topics of the screens that they concern, for a process that nobody told.
-- $1 interval: how far back   $2 integer: how many events to look at
-- May be repeated: it only reads.
SELECT id, coalesce('user:' || user_id, 'tenant:' || tenant_id) AS topic
FROM clawgw.events
WHERE created_at > clock_timestamp() - $1::interval
ORDER BY created_at DESC
LIMIT $2::integer
