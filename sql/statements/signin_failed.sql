-- SPDX-License-Identifier: ISC
-- Notes a failed attempt. What happened more than an hour ago is forgiven.
-- $1 text: digests of what was tried (bytea[])
INSERT INTO clawgw.signin_failures AS old (key, failures, last_at)
SELECT key, 1, clock_timestamp() FROM unnest($1::text::bytea[]) AS key
GROUP BY key ORDER BY key
ON CONFLICT (key) DO UPDATE
SET failures = CASE WHEN old.last_at < now() - interval '1 hour' THEN 1 ELSE least(old.failures, 1000) + 1 END,
    last_at = EXCLUDED.last_at
