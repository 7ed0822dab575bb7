-- SPDX-License-Identifier: ISC
-- Forget Feishu tokens that ended long ago: of apps, or app secrets, that are no longer used.
-- $1 interval: how long ago   $2 integer: how many at most
-- May be repeated: it removes what is old, and what is gone is gone.
WITH batch AS MATERIALIZED (
    SELECT key FROM clawgw.feishu_tokens
    WHERE created_at < now() - $1::interval AND coalesce(expires_at, created_at) < now() - $1::interval
      AND coalesce(refreshing_until, created_at) < now()
    ORDER BY created_at
    LIMIT $2::integer
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM clawgw.feishu_tokens old USING batch WHERE old.key = batch.key RETURNING 1
)
SELECT count(*) AS removed FROM gone
