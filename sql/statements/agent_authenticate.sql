-- SPDX-License-Identifier: ISC
-- Who has this key, and whether he may act. One row per agent that it fits.
-- coalesce(deleted_at, …), here and wherever a request looks for agents: so that the planner takes no index of the platform's over
-- those that are not deleted, to which a plan made on a small table would keep.
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL
-- May be repeated: it only reads.
SELECT id, clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                (SELECT is_active FROM users WHERE id = agents.creator_id)) AS may_act
FROM agents
WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
LIMIT 2
