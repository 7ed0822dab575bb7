-- SPDX-License-Identifier: ISC
-- How it stands at this moment, for an operator's screen that asks every few seconds: reads a bounded number of rows, so counts end at
-- 10,000. `mark` is another one after each time that numbers were counted.
-- $1 uuid: only of this organisation   $2 uuid: only agents that this user made; NULL for any
-- May be repeated: it only reads.
WITH message AS MATERIALIZED (
    SELECT unfinished.status, unfinished.created_at
    FROM (SELECT agent_id, status, created_at FROM gateway_messages
          WHERE (status IN ('pending', 'delivered')) IS TRUE ORDER BY created_at, id LIMIT 10000) unfinished
    JOIN agents ON agents.id = unfinished.agent_id
    WHERE ($1::uuid IS NULL OR agents.tenant_id = $1::uuid) AND ($2::uuid IS NULL OR agents.creator_id = $2::uuid)
), job AS MATERIALIZED (
    SELECT unfinished.state, unfinished.created_at
    FROM (SELECT tenant_id, target_agent_id, source_agent_id, state, created_at FROM clawgw.jobs
          WHERE state IN ('queued', 'running') ORDER BY created_at LIMIT 10000) unfinished
    WHERE ($1::uuid IS NULL OR unfinished.tenant_id = $1::uuid)
      AND ($2::uuid IS NULL
           OR EXISTS (SELECT FROM agents WHERE agents.id IN (unfinished.target_agent_id, unfinished.source_agent_id)
                                           AND agents.creator_id = $2::uuid))
)
SELECT (SELECT count(*) FROM clawgw.agents_online online JOIN agents ON agents.id = online.agent_id
        WHERE ($1::uuid IS NULL OR agents.tenant_id = $1::uuid) AND ($2::uuid IS NULL OR agents.creator_id = $2::uuid)) AS online,
       (SELECT count(*) FROM message WHERE status = 'pending') AS pending,
       (SELECT count(*) FROM message WHERE status = 'delivered') AS working,
       (SELECT count(*) FROM job WHERE state = 'queued') AS queued, (SELECT count(*) FROM job WHERE state = 'running') AS running,
       (SELECT extract(epoch FROM now() - min(created_at))::bigint FROM message) AS oldest_message,
       (SELECT extract(epoch FROM now() - min(created_at))::bigint FROM job) AS oldest_job,
       (SELECT count(*) FROM clawgw.workers WHERE seen_until > clock_timestamp()) AS workers,
       (SELECT at || ' ' || ctid::text FROM clawgw.rollups
        WHERE span = 1 AND tenant_id = '00000000-0000-0000-0000-000000000000' AND what = 'counted' ORDER BY at DESC LIMIT 1) AS mark
