-- SPDX-License-Identifier: ISC
-- Let an agent know a person. `outcome`: added, exists, tenant (not the same).
-- $1 uuid: id   $2 uuid: the agent   $3 uuid: the person   $4 text: relation   $5 text: description
-- May be repeated: the caller made the ids, and a row that is there stays.
WITH verdict AS MATERIALIZED (
    SELECT CASE
               WHEN NOT EXISTS (SELECT FROM agents JOIN org_members ON org_members.tenant_id = agents.tenant_id
                                WHERE agents.id = $2::uuid AND org_members.id = $3::uuid) THEN 'tenant'
               WHEN EXISTS (SELECT FROM agent_relationships
                            WHERE agent_id = $2::uuid AND member_id = $3::uuid AND id <> $1::uuid) THEN 'exists'
               ELSE 'added'
           END AS outcome
), added AS (
    INSERT INTO agent_relationships (id, agent_id, member_id, relation, description, created_at)
    SELECT $1::uuid, $2::uuid, $3::uuid, coalesce($4::text, 'collaborator'), coalesce($5::text, ''), clock_timestamp() FROM verdict WHERE outcome = 'added'
    ON CONFLICT (id) DO NOTHING
)
SELECT outcome FROM verdict
