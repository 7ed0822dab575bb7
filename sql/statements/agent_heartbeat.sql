-- SPDX-License-Identifier: ISC
-- Who has this key, and mark the agent seen unless that was done less than $3 ago.
-- One row per agent that the key fits; only when there is exactly one, which may act, is anything written.
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL
-- $3 interval: how old a last-seen time may get
-- May be repeated: the agent is seen either way.
SELECT agent.id, agent.may_act,
       CASE
           WHEN agent.openclaw_last_seen BETWEEN now() - $3::interval AND now() + interval '1 minute' THEN false
           WHEN NOT agent.may_act THEN false
           WHEN EXISTS (SELECT FROM agents twin
                        WHERE twin.api_key_hash IN ($1::text, $2::text) AND twin.agent_type = 'openclaw'
                          /*[agents.deleted_at*/ AND coalesce(twin.deleted_at, 'infinity') = 'infinity' /*]*/ AND twin.id <> agent.id) THEN false
           ELSE clawgw.agent_see(agent.id, $3::interval, true)
       END AS written
FROM (SELECT id, openclaw_last_seen,
             clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                  (SELECT is_active FROM users WHERE id = agents.creator_id)) AS may_act
      FROM agents
      WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
      LIMIT 2) agent
