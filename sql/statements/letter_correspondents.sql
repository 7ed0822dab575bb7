-- SPDX-License-Identifier: ISC
-- The agents that people with a mail address know, and which know them. A row for each pair, at most 200.
-- $1 text, $2 text: the address in lower case, in the two ways to write its domain
-- May be repeated: it only reads.
SELECT DISTINCT ON (agent.id, member.id) agent.id AS agent_id, agent.name::text AS agent_name,
       clawgw.letter_slug(agent.name) AS slug, member.id AS member_id, member.name::text AS member_name
FROM (SELECT id, name, tenant_id FROM org_members
      WHERE lower(email) IN ($1::text, $2::text) AND (status = 'active') IS TRUE LIMIT 50) member -- IS TRUE: not something to look up by
CROSS JOIN LATERAL (SELECT agent_id FROM agent_relationships WHERE member_id = member.id LIMIT 200) known
JOIN agents agent ON agent.id = known.agent_id
WHERE agent.tenant_id = member.tenant_id /*[agents.deleted_at*/ AND coalesce(agent.deleted_at, 'infinity') = 'infinity' /*]*/
ORDER BY agent.id, member.id
LIMIT 200
