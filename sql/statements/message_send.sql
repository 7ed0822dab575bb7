-- SPDX-License-Identifier: ISC
-- Sending a message to whoever is meant by a name: who asks; the rest is a function (sql/functions/message_send.sql).
-- Rows: one per hit of the first rule that finds anybody (at most 11), or one without a hit. Nothing is written unless `stored`.
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL
-- $3 interval: how old a last-seen time may get   $4 text: the name, trimmed   $5 text: the channel asked for, or NULL
-- $6 text: the content   $7 uuid: id of the message or job   $8 uuid: id of the row in the conversation
-- $9 text: idempotency key, or NULL   $10 bytea: digest of the request
-- $11 bigint, $12 bigint, $13 bigint: how many may wait from the caller for one target, for one target, in the organisation
-- $14 text: trace id, or NULL
-- May be repeated: the caller made the ids, and a repeat with a key finds what it led to.
SELECT agent.id AS agent_id, agent.name::text AS agent_name, sent.prior_state, sent.prior_same, sent.prior_cut_off, sent.prior_name,
       sent.prior_type, sent.prior_channel, sent.prior_message, sent.type, sent.id, sent.name, sent.external_id, sent.open_id,
       sent.email, sent.stored, 1 + agent.has_twin::integer AS twins, agent.tenant_id, agent.may_act, sent.target_may_act,
       sent.full_queue,
       CASE WHEN agent.served
                 AND (agent.openclaw_last_seen BETWEEN now() - $3::interval AND now() + interval '1 minute') IS NOT TRUE
            THEN clawgw.agent_see(agent.id, $3::interval, false) END AS seen
FROM (SELECT *, may_act AND NOT has_twin AS served FROM (
    SELECT id, name, tenant_id, creator_id, openclaw_last_seen,
           clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                (SELECT is_active FROM users WHERE id = agents.creator_id)) AS may_act,
           EXISTS (SELECT FROM agents twin
                   WHERE twin.api_key_hash IN ($1::text, $2::text) AND twin.agent_type = 'openclaw'
                     /*[agents.deleted_at*/ AND coalesce(twin.deleted_at, 'infinity') = 'infinity' /*]*/ AND twin.id <> agents.id) AS has_twin
    FROM agents
    WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
    OFFSET 0 -- so that twins are looked for once, not for every column above
) who OFFSET 0) agent
-- (for an agent that is not served the function does nothing, wherever the planner calls it)
LEFT JOIN LATERAL clawgw.message_send(CASE WHEN agent.served THEN agent.id END, agent.creator_id, agent.tenant_id, $4::text, $5::text,
                                      $6::text, $7::uuid, $8::uuid, $9::text, $10::bytea, $11::bigint, $12::bigint, $13::bigint,
                                      $14::text) AS sent ON true
