-- SPDX-License-Identifier: ISC
-- A refresh succeeded. Rows of apps and secrets that are gone leave on the way.
-- $1 bytea: key   $2 uuid: who refreshed   $3 text: token   $4 boolean: encrypted   $5 interval: until refresh
-- $6 interval: until expiry
-- May be repeated: it ends once.
WITH forgotten AS (
    DELETE FROM clawgw.feishu_tokens
    WHERE created_at < now() - interval '7 days' AND key <> $1::bytea
      AND coalesce(expires_at, refreshing_until, created_at) < now() - interval '7 days'
)
UPDATE clawgw.feishu_tokens
SET token = $3::text, encrypted = $4::boolean, generation = generation + 1, refresh_at = clock_timestamp() + $5::interval,
    expires_at = clock_timestamp() + $6::interval, refresher = NULL, refreshing_until = NULL, failed_at = NULL, failure = NULL
WHERE key = $1::bytea AND refresher = $2::uuid
