-- SPDX-License-Identifier: ISC
-- Count what waits in organisations where it is much, for clawgw.queue_full(), and forget counts that nobody believes any more.
-- May be repeated: the same is counted again.
WITH counted AS MATERIALIZED (
    SELECT tenant_id AS id, sum(waiting)::bigint AS waiting
    FROM (SELECT agents.tenant_id, queue.waiting
          FROM (SELECT agent_id, count(*) AS waiting FROM gateway_messages WHERE status = 'pending' GROUP BY agent_id) queue
          JOIN agents ON agents.id = queue.agent_id
          UNION ALL
          SELECT tenant_id, count(*) FROM clawgw.jobs WHERE state = 'queued' GROUP BY tenant_id) part
    WHERE tenant_id IS NOT NULL
    GROUP BY tenant_id
    HAVING sum(waiting) >= 1000 OR EXISTS (SELECT FROM clawgw.backlogs WHERE backlogs.id = part.tenant_id)
), forgotten AS (
    DELETE FROM clawgw.backlogs
    WHERE counted_at < now() - interval '1 hour' AND id <> ALL (ARRAY(SELECT id FROM counted))
)
INSERT INTO clawgw.backlogs (id, waiting, counted_at)
SELECT id, waiting, clock_timestamp() FROM counted
ON CONFLICT (id) DO UPDATE SET waiting = EXCLUDED.waiting, counted_at = EXCLUDED.counted_at
