-- SPDX-License-Identifier: ISC
-- Let an agent know another one. `outcome`: added, exists, self, tenant (not the same).
-- $1 uuid: id   $2 uuid: the agent   $3 uuid: the other   $4 text: relation   $5 text: description
-- May be repeated: the caller made the ids, and a row that is there stays.
WITH verdict AS MATERIALIZED (
    SELECT CASE
               WHEN $2::uuid = $3::uuid THEN 'self'
               WHEN NOT EXISTS (SELECT FROM agents one JOIN agents other ON other.tenant_id = one.tenant_id
                                WHERE one.id = $2::uuid AND other.id = $3::uuid) THEN 'tenant'
               WHEN EXISTS (SELECT FROM agent_agent_relationships
                            WHERE agent_id = $2::uuid AND target_agent_id = $3::uuid AND id <> $1::uuid) THEN 'exists'
               ELSE 'added'
           END AS outcome
), added AS (
    INSERT INTO agent_agent_relationships (id, agent_id, target_agent_id, relation, description, created_at)
    SELECT $1::uuid, $2::uuid, $3::uuid, coalesce($4::text, 'collaborator'), coalesce($5::text, ''), clock_timestamp() FROM verdict WHERE outcome = 'added'
    ON CONFLICT (id) DO NOTHING
)
SELECT outcome FROM verdict
