-- When there may be something to claim: microseconds from now, negative when overdue, NULL when nothing waits or runs.
-- May be repeated: it only reads.
SELECT (extract(epoch FROM least(
           (SELECT next_at FROM clawgw.pairs WHERE next_at IS NOT NULL AND next_at < 'infinity' ORDER BY next_at LIMIT 1),
           (SELECT lease_until FROM clawgw.jobs WHERE state = 'running' ORDER BY lease_until LIMIT 1)
       ) - clock_timestamp()) * 1000000)::bigint AS microseconds
