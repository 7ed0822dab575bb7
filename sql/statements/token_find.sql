-- The token of a Feishu app. `valid`: can be used; `due`: should be refreshed; `failure`: of a refresh since $2.
-- $1 bytea: key   $2 timestamptz: since when failures matter
SELECT token, encrypted, generation,
       token IS NOT NULL AND expires_at > clock_timestamp() + interval '5 seconds' AS valid,
       refresh_at < clock_timestamp() AS due,
       CASE WHEN failed_at >= $2::timestamptz THEN failure END AS failure
FROM clawgw.feishu_tokens
WHERE key = $1::bytea
