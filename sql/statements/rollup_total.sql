-- SPDX-License-Identifier: ISC
-- The same over the whole time, one row of each kind: sums of what was counted, of durations over all of them, of gauges the value of the
-- time that was counted last (one of 0 has no row) and the largest.
-- $1 uuid: the organisation, NULL for all together   $2 integer: minutes of a span (1, 10, 60)   $3 interval: how far back
-- May be repeated: it only reads.
WITH stored AS MATERIALIZED (
    SELECT at, what, bucket, n, what IN ('handed', 'answered', 'job') AS is_duration,
           what IN ('online', 'pending', 'working', 'queued', 'running', 'workers', 'oldest message', 'oldest job') AS is_gauge
    FROM clawgw.rollups
    WHERE span = $2::integer AND tenant_id = coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
      AND at >= date_bin($2::integer * interval '1 minute', now() - $3::interval, 'epoch') AND what <> 'counted'
), last AS (
    SELECT at FROM clawgw.rollups
    WHERE span = $2::integer AND tenant_id = '00000000-0000-0000-0000-000000000000' AND what = 'counted'
    ORDER BY at DESC LIMIT 1
), summed AS (
    SELECT what, bucket, sum(n) AS n FROM stored WHERE is_duration GROUP BY what, bucket
), share AS (
    SELECT what, bucket, sum(n) OVER (PARTITION BY what ORDER BY bucket) AS upto, sum(n) OVER (PARTITION BY what) AS total FROM summed
)
SELECT what, sum(n)::double precision AS value, NULL::double precision AS most
FROM stored WHERE NOT is_duration AND NOT is_gauge GROUP BY what
UNION ALL
SELECT what, coalesce(max(n) FILTER (WHERE at = (SELECT at FROM last)), 0)::double precision, max(n)::double precision
FROM stored WHERE is_gauge GROUP BY what
UNION ALL
SELECT what || ' p50', round(2 ^ (min(bucket) FILTER (WHERE upto >= 0.5 * total) / 4.0))::double precision, NULL
FROM share GROUP BY what
UNION ALL
SELECT what || ' p99', round(2 ^ (min(bucket) FILTER (WHERE upto >= 0.99 * total) / 4.0))::double precision, NULL
FROM share GROUP BY what
ORDER BY 1
