-- SPDX-License-Identifier: ISC
-- A whole report: who asks; the effects of a result or of progress on a message of that agent are a function's
-- (sql/functions/message_report.sql).
-- One row per agent that the key fits (several, or one that may not act: nothing was done). `outcome`: not_found, expired,
-- cancelled, mismatch (completed with another result), same (nothing to do), applied. `replied_to`: the agent that got a reply. `posted`: a letter is to go out.
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL
-- $3 interval: how old a last-seen time may get   $4 uuid: the message   $5 text: the result
-- $6 boolean: final (false: progress)   $7 uuid: id of the row in the conversation   $8 uuid: id of the reply
-- $9 boolean: whether the result goes back to an agent that sent the message
-- $10 text: trace id, or NULL
-- May be repeated: a repeat finds the result there, and says so.
SELECT agent.id AS agent_id, reported.outcome, reported.sender_user_id, reported.conversation_id,
       CASE WHEN agent.served
                 AND (agent.openclaw_last_seen BETWEEN now() - $3::interval AND now() + interval '1 minute') IS NOT TRUE
            THEN clawgw.agent_see(agent.id, $3::interval, false) END AS seen,
       agent.may_act, reported.replied_to, reported.posted
FROM (SELECT *, may_act AND NOT has_twin AS served FROM (
    SELECT id, tenant_id, creator_id, openclaw_last_seen,
           clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                (SELECT is_active FROM users WHERE id = agents.creator_id)) AS may_act,
           EXISTS (SELECT FROM agents twin
                   WHERE twin.api_key_hash IN ($1::text, $2::text) AND twin.agent_type = 'openclaw'
                     /*[agents.deleted_at*/ AND coalesce(twin.deleted_at, 'infinity') = 'infinity' /*]*/ AND twin.id <> agents.id) AS has_twin
    FROM agents
    WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
    LIMIT 2 -- so that twins are looked for once, not for every column above
) who OFFSET 0) agent
-- (for an agent that is not served the function finds no message, wherever the planner calls it)
LEFT JOIN LATERAL clawgw.message_report(CASE WHEN agent.served THEN agent.id END, agent.creator_id, agent.tenant_id, $4::uuid,
                                        $5::text, $6::boolean, $7::uuid, $8::uuid, $9::boolean, $10::text) AS reported ON true
