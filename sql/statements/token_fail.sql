-- SPDX-License-Identifier: ISC
-- A refresh failed: whoever waits for it learns why, and the next who needs a token may try.
-- $1 bytea: key   $2 uuid: who refreshed   $3 text: why
-- May be repeated: it ends once.
UPDATE clawgw.feishu_tokens
SET refresher = NULL, refreshing_until = NULL, failed_at = clock_timestamp(), failure = $3::text
WHERE key = $1::bytea AND refresher = $2::uuid
