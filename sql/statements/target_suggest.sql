-- SPDX-License-Identifier: ISC
-- Names that somebody may have meant who named nobody: those an agent may write to, as far as they are at hand: its people, the
-- agents it is related to, agents of its organisation whose names begin alike, and some of the others. How near they are is for
-- the caller to find out, by their keys.
-- $1 uuid: the agent   $2 text: the name that was given, without what does not belong to a name
-- $3 boolean: agents may be meant, too   $4 integer: how many of each at most
-- (IS TRUE: a condition, not something to look up by)
-- May be repeated: it only reads.
WITH caller AS MATERIALIZED (
    SELECT id, tenant_id, clawgw.name_key($2::text) AS key, left(clawgw.name_key($2::text), 2) AS beginning
    FROM agents
    WHERE id = $1::uuid
), known AS (
    (SELECT member.name::text AS name
     FROM agent_relationships relationship
     JOIN org_members member ON member.id = relationship.member_id
     WHERE relationship.agent_id = $1::uuid AND (member.status = 'active') IS TRUE
       AND (member.tenant_id = (SELECT tenant_id FROM caller)) IS TRUE
     LIMIT $4::integer)
    UNION
    (SELECT peer.name::text
     FROM agent_agent_relationships relationship
     JOIN agents peer ON peer.id = relationship.target_agent_id
     WHERE $3::boolean AND relationship.agent_id = $1::uuid AND peer.id <> $1::uuid /*[agents.deleted_at*/ AND coalesce(peer.deleted_at, 'infinity') = 'infinity' /*]*/
       AND (peer.tenant_id = (SELECT tenant_id FROM caller)) IS TRUE
     LIMIT $4::integer)
    UNION
    (SELECT peer.name::text
     FROM agents peer
     WHERE $3::boolean AND peer.tenant_id = (SELECT tenant_id FROM caller)
       AND clawgw.name_key(peer.name) COLLATE "C" >= (SELECT beginning FROM caller)
       AND clawgw.name_key(peer.name) COLLATE "C" < (SELECT beginning FROM caller) || U&'\+10FFFF'
       AND peer.id <> $1::uuid /*[agents.deleted_at*/ AND coalesce(peer.deleted_at, 'infinity') = 'infinity' /*]*/ /*[agents.access_mode*/ AND (peer.access_mode = 'company') IS TRUE /*]*/
     LIMIT $4::integer)
    UNION
    (SELECT peer.name::text
     FROM clawgw.agents_by_name((SELECT tenant_id FROM caller), $4::integer) AS listed (id)
     JOIN agents peer ON peer.id = listed.id
     WHERE $3::boolean AND peer.id <> $1::uuid /*[agents.deleted_at*/ AND coalesce(peer.deleted_at, 'infinity') = 'infinity' /*]*/ /*[agents.access_mode*/ AND (peer.access_mode = 'company') IS TRUE /*]*/
     LIMIT $4::integer)
)
SELECT known.name, clawgw.name_key(known.name) AS name_key, caller.key AS wanted_key
FROM known, caller
ORDER BY known.name COLLATE "C"
