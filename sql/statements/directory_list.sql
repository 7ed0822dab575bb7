-- SPDX-License-Identifier: ISC
-- Whom an agent may write to: the agents and people that send-message would find, by name. One row per entry, the first with the
-- caller; a row without an entry if there is none. Of an organisation's agents the first 2,000 by name are looked at.
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL
-- $3 text: a part of the name, or NULL   $4 integer: how many at most   $5 interval: who was seen within this time is online
-- May be repeated: it only reads.
SELECT agent.id AS agent_id, agent.may_act, entry.kind, entry.id, entry.name, entry.type, entry.online, entry.last_seen,
       entry.description, entry.channels
FROM (SELECT id, tenant_id,
             clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                  (SELECT is_active FROM users WHERE id = agents.creator_id)) AS may_act
      FROM agents
      WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
      LIMIT 2) agent
LEFT JOIN LATERAL (
    SELECT * FROM (
        SELECT 'agent' AS kind, peer.id, peer.name::text AS name,
               CASE peer.agent_type WHEN 'openclaw' THEN 'openclaw_agent' ELSE 'agent' END AS type,
               peer.agent_type <> 'openclaw' OR coalesce(peer.openclaw_last_seen > now() - $5::interval, false) AS online,
               peer.openclaw_last_seen AS last_seen, nullif(peer.role_description, '')::text AS description, 0 AS channels
        FROM clawgw.agents_by_name(agent.tenant_id, 2000) AS listed (id)
        JOIN agents peer ON peer.id = listed.id
        WHERE peer.id <> agent.id
          AND clawgw.agent_may_act(peer, (SELECT is_active FROM tenants WHERE id = peer.tenant_id),
                                   (SELECT is_active FROM users WHERE id = peer.creator_id))
          AND ($3::text IS NULL OR strpos(clawgw.name_key(peer.name), clawgw.name_key($3::text)) > 0)
          AND (/*[agents.access_mode*/ peer.access_mode = 'company' OR /*]*/ /*[!agents.access_mode true OR ]*/
               EXISTS (SELECT FROM agent_agent_relationships
                          WHERE target_agent_id = peer.id AND agent_id = agent.id))
        UNION ALL
        SELECT DISTINCT ON (member.id) 'person', member.id, member.name::text, 'human', NULL::boolean, NULL::timestamptz,
               nullif(coalesce(nullif(relationship.description, ''), member.title), ''),
               (coalesce(member.external_id, '') <> '' OR coalesce(member.open_id, '') <> '')::integer
               + 2 * (coalesce(member.email, '') <> '')::integer
        FROM agent_relationships relationship
        JOIN org_members member ON member.id = relationship.member_id
        WHERE relationship.agent_id = agent.id AND (member.status = 'active') IS TRUE AND (member.tenant_id = agent.tenant_id) IS TRUE
          AND ($3::text IS NULL OR strpos(clawgw.name_key(member.name), clawgw.name_key($3::text)) > 0)
    ) found
    ORDER BY name, id
    LIMIT $4::integer
) entry ON agent.may_act
