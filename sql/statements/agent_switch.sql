-- SPDX-License-Identifier: ISC
-- Suspends an agent, or lets it act again; screens are told. A row if there is such an agent: its organisation, whether it may act now
-- (its end, its organisation or its creator may speak against it), and how much waits for it.
-- $1 uuid: the agent   $2 boolean: it shall act
-- May be repeated: it is suspended, or not, either way.
WITH agent AS MATERIALIZED (
    SELECT agents.id, agents.tenant_id, agents.status = 'stopped' AS stopped,
           NOT coalesce(agents.is_expired, false) AND coalesce(agents.expires_at > now(), true)
           AND coalesce((SELECT is_active FROM tenants WHERE id = agents.tenant_id), true)
           AND coalesce((SELECT is_active FROM users WHERE id = agents.creator_id), true) AS allowed
    FROM agents
    WHERE agents.id = $1::uuid /*[agents.deleted_at*/ AND agents.deleted_at IS NULL /*]*/
), changed AS (
    UPDATE agents SET status = CASE WHEN $2::boolean THEN 'idle' ELSE 'stopped' END::agent_status_enum, updated_at = clock_timestamp()
    FROM agent
    WHERE agents.id = agent.id AND agent.stopped = $2::boolean
    RETURNING agents.id, agents.tenant_id
), gone AS (
    DELETE FROM clawgw.agents_online WHERE agent_id IN (SELECT id FROM changed)
), told AS (
    INSERT INTO clawgw.events (kind, tenant_id, agent_id, status)
    SELECT 'agent', tenant_id, id, 'offline' FROM changed WHERE tenant_id IS NOT NULL
)
SELECT agent.tenant_id, agent.allowed AND $2::boolean AS may_act,
       (SELECT count(*) FROM gateway_messages WHERE agent_id = agent.id AND status IN ('pending', 'delivered'))
       + (SELECT count(*) FROM clawgw.jobs WHERE target_agent_id = agent.id AND state IN ('queued', 'running')) AS waiting
FROM agent
