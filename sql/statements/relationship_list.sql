-- SPDX-License-Identifier: ISC
-- Whom agents know, people and agents, by time. The name is "agent → person or agent".
-- $1 uuid: only of this tenant   $2 uuid: only this one   $3 text: only with this name   $4 integer: how many at most; NULL: any
-- May be repeated: it only reads.
SELECT id, name, tenant, type, relation, description, created_at
FROM (SELECT relationship.id, (agents.name || ' → ' || org_members.name)::text AS name, tenants.slug::text AS tenant,
             agents.tenant_id, 'human' AS type, relationship.relation::text, relationship.description,
             relationship.created_at
      FROM agent_relationships relationship
      JOIN agents ON agents.id = relationship.agent_id
      JOIN org_members ON org_members.id = relationship.member_id
      LEFT JOIN tenants ON tenants.id = agents.tenant_id
      UNION ALL
      SELECT relationship.id, (agents.name || ' → ' || peer.name)::text, tenants.slug::text,
             agents.tenant_id, 'agent', relationship.relation::text, relationship.description,
             relationship.created_at
      FROM agent_agent_relationships relationship
      JOIN agents ON agents.id = relationship.agent_id
      JOIN agents peer ON peer.id = relationship.target_agent_id
      LEFT JOIN tenants ON tenants.id = agents.tenant_id) known
WHERE ($1::uuid IS NULL OR tenant_id = $1::uuid)
  AND ($2::uuid IS NULL OR id = $2::uuid)
  AND ($3::text IS NULL OR name = $3::text)
ORDER BY created_at, id
LIMIT $4::integer
