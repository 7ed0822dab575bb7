-- SPDX-License-Identifier: ISC
-- The token of a Feishu app. `valid`: can be used; `due`: should be refreshed; `failure`: of the last refresh, if it failed.
-- $1 bytea: key
-- May be repeated: it only reads.
SELECT token, encrypted, generation,
       token IS NOT NULL AND expires_at > clock_timestamp() + interval '5 seconds' AS valid,
       refresh_at < clock_timestamp() AS due,
       failure, failed_at
FROM clawgw.feishu_tokens
WHERE key = $1::bytea
