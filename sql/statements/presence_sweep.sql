-- SPDX-License-Identifier: ISC
-- Tells screens about agents that have not been seen for a while, once for each.
-- $1 interval: how long ago   $2 integer: how many at most
-- May be repeated: what was told is not told again.
WITH gone AS MATERIALIZED (
    SELECT online.agent_id, agents.tenant_id
    FROM clawgw.agents_online online
    JOIN agents ON agents.id = online.agent_id
    WHERE coalesce(agents.openclaw_last_seen, '-infinity') < now() - $1::interval
       /*[agents.deleted_at*/ OR agents.deleted_at IS NOT NULL /*]*/
    LIMIT $2::integer
    FOR UPDATE OF online SKIP LOCKED
), removed AS (
    DELETE FROM clawgw.agents_online USING gone WHERE agents_online.agent_id = gone.agent_id
), told AS (
    INSERT INTO clawgw.events (kind, tenant_id, agent_id, status)
    SELECT 'agent', tenant_id, agent_id, 'offline' FROM gone WHERE tenant_id IS NOT NULL
)
SELECT DISTINCT tenant_id FROM gone WHERE tenant_id IS NOT NULL
