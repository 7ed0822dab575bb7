-- SPDX-License-Identifier: ISC
-- Give an openclaw agent a new key, if the user may: its creator, or an administrator of its organisation. Both must be of that
-- organisation, and it must be active.
-- `outcome`: unauthorized (no such user), not_found (no such openclaw agent), forbidden, replaced.
-- $1 uuid: the agent   $2 uuid: the user, NULL for the operator   $3 text: hex SHA-256 of the new key
-- $4 text: address of who asks, or NULL   $5 text: trace id, or NULL
-- What came of it is noted in clawgw.audit, in the same transaction.
-- May be repeated: the key is the same.
WITH actor AS MATERIALIZED (
    SELECT id, tenant_id, role,
           coalesce((SELECT is_active FROM tenants WHERE id = users.tenant_id), true) AS tenant_active
    FROM users WHERE id = $2::uuid AND is_active
), target AS MATERIALIZED (
    SELECT id, creator_id, tenant_id FROM agents
    WHERE id = $1::uuid AND agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
), verdict AS MATERIALIZED (
    SELECT CASE
               WHEN $2::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM actor) THEN 'unauthorized'
               WHEN NOT EXISTS (SELECT FROM target) THEN 'not_found'
               WHEN $2::uuid IS NOT NULL AND NOT EXISTS (
                        SELECT FROM actor, target
                        WHERE actor.tenant_active AND actor.tenant_id IS NOT DISTINCT FROM target.tenant_id
                          AND (target.creator_id = actor.id OR actor.role IN ('org_admin', 'platform_admin')
                                                               AND actor.tenant_id = target.tenant_id))
                   THEN 'forbidden'
               ELSE 'replaced'
           END AS outcome
), replaced AS (
    UPDATE agents SET api_key_hash = $3::text, updated_at = clock_timestamp()
    FROM target, verdict
    WHERE agents.id = target.id AND verdict.outcome = 'replaced'
), noted AS (
    INSERT INTO clawgw.audit (actor, action, target, outcome, address, trace_id, created_at)
    SELECT coalesce('user:' || $2::uuid, 'operator'), 'api-key', 'agent:' || $1::uuid, outcome, $4::text, $5::text,
           clock_timestamp()
    FROM verdict
)
SELECT outcome FROM verdict
