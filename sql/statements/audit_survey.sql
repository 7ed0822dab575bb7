-- SPDX-License-Identifier: ISC
-- What was noted, for a platform_admin (clawgw.audit_survey), with the names of who did it and of the agent or person it was done to, as
-- far as they are there.
-- $1 uuid: who looks   $2 text: only this action, NULL: any   $3 integer: how many at most
-- May be repeated: it only reads.
SELECT noted.created_at, noted.who, actor.name AS who_name, noted.action, noted.target, coalesce(agent.name, person.name) AS target_name,
       noted.outcome, noted.change, noted.address, noted.trace_id
FROM clawgw.audit_survey($1::uuid, $2::text, $3::integer)
     WITH ORDINALITY noted (created_at, who, action, target, outcome, change, address, trace_id, place)
CROSS JOIN LATERAL (SELECT substring(noted.who FROM '^user:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$')::uuid AS who,
                           substring(noted.target FROM '^agent:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$')::uuid AS agent,
                           substring(noted.target FROM '^(?:user|person):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$')::uuid AS person) ids
LEFT JOIN LATERAL (SELECT display_name::text AS name FROM users WHERE users.id = ids.who LIMIT 1) actor ON true
LEFT JOIN LATERAL (SELECT agents.name::text FROM agents WHERE agents.id = ids.agent LIMIT 1) agent ON true
LEFT JOIN LATERAL (SELECT display_name::text AS name FROM users WHERE users.id = ids.person LIMIT 1) person ON true
ORDER BY noted.place
