-- SPDX-License-Identifier: ISC
-- Numbers over a time: when, what, how many; of durations how many milliseconds half of them took at most ("handed p50") and 99 of 100
-- ("handed p99"). In order of time. Times that were not counted have no row.
-- $1 uuid: the organisation, NULL for all together   $2 integer: minutes of a span (1, 10, 60)   $3 interval: how far back
-- May be repeated: it only reads.
WITH stored AS MATERIALIZED (
    SELECT at, what COLLATE "C" AS what, bucket, n, what IN ('handed', 'answered', 'job') AS is_duration
    FROM clawgw.rollups
    WHERE span = $2::integer AND tenant_id = coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
      AND at >= date_bin($2::integer * interval '1 minute', now() - $3::interval, 'epoch')
), share AS MATERIALIZED (
    SELECT at, what, bucket, sum(n::double precision) OVER (PARTITION BY at, what ORDER BY bucket) AS upto,
           sum(n::double precision) OVER (PARTITION BY at, what) AS total
    FROM stored
    WHERE is_duration
)
SELECT at, what, n::double precision AS value FROM stored WHERE NOT is_duration
UNION ALL
-- a minute in which an organisation did nothing was counted all the same: that is noted for all together
SELECT at, 'counted', 1
FROM clawgw.rollups
WHERE $1::uuid IS NOT NULL AND span = $2::integer AND tenant_id = '00000000-0000-0000-0000-000000000000' AND what = 'counted'
  AND at >= date_bin($2::integer * interval '1 minute', now() - $3::interval, 'epoch')
UNION ALL
SELECT at, what || ' p50', 2 ^ (min(bucket) FILTER (WHERE upto >= 0.5 * total) / 4.0)::double precision FROM share GROUP BY at, what
UNION ALL
SELECT at, what || ' p99', 2 ^ (min(bucket) FILTER (WHERE upto >= 0.99 * total) / 4.0)::double precision FROM share GROUP BY at, what
ORDER BY 1
