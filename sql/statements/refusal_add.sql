-- SPDX-License-Identifier: ISC
-- Requests that were refused lately, in the numbers of this minute.
-- $1 bigint: because of their keys   $2 bigint: because there were too many of them
INSERT INTO clawgw.rollups (span, tenant_id, at, what, n)
SELECT 1, '00000000-0000-0000-0000-000000000000', date_trunc('minute', clock_timestamp()), what, n
FROM (VALUES ('refused key', $1::bigint), ('refused rate', $2::bigint)) AS refused(what, n)
WHERE n > 0
ON CONFLICT (span, tenant_id, at, what, bucket) DO UPDATE SET n = rollups.n + EXCLUDED.n
