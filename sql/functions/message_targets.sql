-- SPDX-License-Identifier: ISC
-- Who is meant by a name, for an agent that writes: the hits of the first rule that finds anybody, at most 11. People are only found
-- here: channels reach them.
CREATE OR REPLACE FUNCTION clawgw.message_targets(caller uuid, caller_tenant uuid, wanted_name text, wanted_channel text)
RETURNS TABLE (type text, id uuid, name text, external_id text, open_id text, email text, may_act boolean)
LANGUAGE plpgsql ROWS 1
AS $function$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH wanted AS MATERIALIZED (
        -- asked for by subqueries below: a value, so that the tenant's part of an index is read and no more
        SELECT caller AS caller_id, caller_tenant AS tenant_id, clawgw.name_key(wanted_name) AS key,
               wanted_channel IS NULL OR wanted_channel = 'agent' AS agents,
               -- with channel "agent" people come behind all agents, only to be told that no such channel reaches them
               CASE WHEN wanted_channel = 'agent' THEN 6 ELSE 0 END AS people_after
    ), person AS MATERIALIZED (
        SELECT DISTINCT ON (member.id) member.id, member.name, member.external_id, member.open_id, member.email,
               CASE WHEN member.name = wanted_name THEN 2
                    WHEN clawgw.name_key(member.name) = wanted.key THEN 4
                    WHEN wanted.key <> '' AND strpos(clawgw.name_key(member.name), wanted.key) > 0 THEN 6
               END + wanted.people_after AS rule
        FROM public.agent_relationships relationship
        JOIN public.org_members member ON member.id = relationship.member_id
        CROSS JOIN wanted
        WHERE relationship.agent_id = (SELECT caller_id FROM wanted) AND (member.status = 'active') IS TRUE
          AND (member.tenant_id = (SELECT tenant_id FROM wanted)) IS TRUE -- (as the line before) not something to look up by
    ), exact_agent AS MATERIALIZED (
        SELECT peer.id, peer.name, peer.agent_type, 1 AS rule,
               clawgw.agent_may_act(peer, (SELECT is_active FROM public.tenants WHERE id = peer.tenant_id),
                                    (SELECT is_active FROM public.users WHERE id = peer.creator_id)) AS may_act
        FROM public.agents peer
        WHERE peer.tenant_id = (SELECT tenant_id FROM wanted)
          AND peer.name = wanted_name
          AND (SELECT agents FROM wanted) AND peer.id <> (SELECT caller_id FROM wanted) AND /*[agents.deleted_at*/ coalesce(peer.deleted_at, 'infinity') = 'infinity' AND /*]*/
              (/*[agents.access_mode*/ peer.access_mode = 'company' OR /*]*/ /*[!agents.access_mode true OR ]*/
               EXISTS (SELECT FROM public.agent_agent_relationships
                          WHERE target_agent_id = peer.id AND agent_id = (SELECT caller_id FROM wanted)))
        LIMIT 11
    ), folded_agent AS MATERIALIZED (
        SELECT peer.id, peer.name, peer.agent_type, 3 AS rule,
               clawgw.agent_may_act(peer, (SELECT is_active FROM public.tenants WHERE id = peer.tenant_id),
                                    (SELECT is_active FROM public.users WHERE id = peer.creator_id)) AS may_act
        FROM public.agents peer
        WHERE NOT EXISTS (SELECT FROM exact_agent)
          AND peer.tenant_id = (SELECT tenant_id FROM wanted)
          AND clawgw.name_key(peer.name) COLLATE "C" = (SELECT key FROM wanted)
          AND (SELECT agents FROM wanted) AND peer.id <> (SELECT caller_id FROM wanted) AND /*[agents.deleted_at*/ coalesce(peer.deleted_at, 'infinity') = 'infinity' AND /*]*/
              (/*[agents.access_mode*/ peer.access_mode = 'company' OR /*]*/ /*[!agents.access_mode true OR ]*/
               EXISTS (SELECT FROM public.agent_agent_relationships
                          WHERE target_agent_id = peer.id AND agent_id = (SELECT caller_id FROM wanted)))
        LIMIT 11
    ), containing_agent AS MATERIALIZED (
        SELECT peer.id, peer.name, peer.agent_type, 5 AS rule,
               clawgw.agent_may_act(peer, (SELECT is_active FROM public.tenants WHERE id = peer.tenant_id),
                                    (SELECT is_active FROM public.users WHERE id = peer.creator_id)) AS may_act
        -- a part of a name is found by reading names: where an organisation has more, only so many; each peer then by its id
        FROM clawgw.agents_by_name((SELECT tenant_id FROM wanted), 2000) AS listed (id)
        JOIN public.agents peer ON peer.id = listed.id
        WHERE NOT EXISTS (SELECT FROM exact_agent) AND NOT EXISTS (SELECT FROM folded_agent)
          AND NOT EXISTS (SELECT FROM person WHERE rule < 5)
          AND (SELECT key <> '' FROM wanted)
          AND strpos(clawgw.name_key(peer.name), (SELECT key FROM wanted)) > 0
          AND (SELECT agents FROM wanted) AND peer.id <> (SELECT caller_id FROM wanted) AND /*[agents.deleted_at*/ coalesce(peer.deleted_at, 'infinity') = 'infinity' AND /*]*/
              (/*[agents.access_mode*/ peer.access_mode = 'company' OR /*]*/ /*[!agents.access_mode true OR ]*/
               EXISTS (SELECT FROM public.agent_agent_relationships
                          WHERE target_agent_id = peer.id AND agent_id = (SELECT caller_id FROM wanted)))
        LIMIT 11
    ), hit AS MATERIALIZED (
        SELECT rule, CASE agent_type WHEN 'openclaw' THEN 'openclaw_agent' ELSE 'agent' END AS type, id, name,
               NULL::varchar AS external_id, NULL::varchar AS open_id, NULL::varchar AS email, may_act
        FROM (SELECT * FROM exact_agent UNION ALL SELECT * FROM folded_agent UNION ALL SELECT * FROM containing_agent) peer
        UNION ALL
        SELECT rule, 'human', id, name, external_id, open_id, email, true FROM person WHERE rule IS NOT NULL
    ), meant AS MATERIALIZED (
        SELECT * FROM hit WHERE rule = (SELECT min(rule) FROM hit) ORDER BY name, id LIMIT 11
    )
    SELECT meant.type, meant.id, meant.name::text, meant.external_id::text, meant.open_id::text, meant.email::text, meant.may_act
    FROM meant;
END
$function$;
