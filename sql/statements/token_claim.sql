-- SPDX-License-Identifier: ISC
-- Who gets a row gets a new token of Feishu; nobody else does until the lease ends. No row: somebody else does, or has done.
-- $1 bytea: key   $2 text: base URL   $3 text: app id   $4 uuid: who asks   $5 interval: lease
-- $6 bigint: generation of the token that cannot be used, or -1
-- May be repeated: a repeat finds the row of the same caller.
INSERT INTO clawgw.feishu_tokens AS cached (key, base_url, app_id, refresher, refreshing_until)
VALUES ($1::bytea, $2::text, $3::text, $4::uuid, clock_timestamp() + $5::interval)
ON CONFLICT (key) DO UPDATE SET refresher = EXCLUDED.refresher, refreshing_until = EXCLUDED.refreshing_until
WHERE (cached.token IS NULL OR cached.refresh_at < clock_timestamp() OR cached.generation = $6::bigint)
  AND (cached.refreshing_until IS NULL OR cached.refreshing_until < clock_timestamp() OR cached.refresher = EXCLUDED.refresher)
RETURNING true AS claimed
