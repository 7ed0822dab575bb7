-- SPDX-License-Identifier: ISC
-- A whole poll: who asks, mark the agent seen, hand out messages with their history, list relationships.
-- Rows by `kind`: 0 the agent, 1 a message, 2 a row of the history of message n, 3 a person, 4 an agent, 5 a message that was
-- given up; NULL: nothing was done, because the key fits several agents (a row for each) or the agent may not act. An empty
-- poll stays cheap: the hand-out is a function, called only when there is something to hand out or to confirm.
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL
-- $3 interval: how old a last-seen time may get   $4 uuid: receipt of this answer, made by the caller
-- $5 text: the agent's session, or NULL   $6 uuid: the receipt that it presents, or NULL   $7 text: the session it replaces, or NULL
-- $8 integer: how many messages at most   $9 bigint: how many bytes at most   $10 interval: hand-out lease
-- $11 interval: delivery lease, 0 for none   $12 integer: how often a message is handed out
-- $13 integer: characters of a content that are handed out
-- May be repeated: a repeat knows the receipt, and hands out what the first one claimed.
SELECT detail.*, agent.may_act
FROM (SELECT *, may_act AND NOT has_twin AS served FROM (
    SELECT id, name, tenant_id, openclaw_last_seen,
           clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                (SELECT is_active FROM users WHERE id = agents.creator_id)) AS may_act,
           EXISTS (SELECT FROM agents twin
                   WHERE twin.api_key_hash IN ($1::text, $2::text) AND twin.agent_type = 'openclaw'
                     /*[agents.deleted_at*/ AND coalesce(twin.deleted_at, 'infinity') = 'infinity' /*]*/ AND twin.id <> agents.id) AS has_twin
    FROM agents
    WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
    OFFSET 0 -- so that twins are looked for once, not for every row below
) who OFFSET 0) agent
LEFT JOIN LATERAL (
    SELECT 0 AS kind, 0 AS n, agent.id, agent.name::text AS text1,
           CASE WHEN agent.openclaw_last_seen BETWEEN now() - $3::interval AND now() + interval '1 minute' THEN NULL
                -- the hand-out, which comes after it, takes "relaxed" back
                ELSE clawgw.agent_see(agent.id, $3::interval, true)::text
           END AS text2,
           NULL::text AS text3, NULL::text AS text4, NULL::uuid AS user_id, NULL::timestamptz AS created_at, 0 AS number,
           NULL::uuid AS in_reply_to, false AS expects_reply, NULL::text AS reason
    WHERE agent.served
    UNION ALL
    SELECT handed.*
    FROM clawgw.message_hand_out(agent.id, agent.name::text, agent.tenant_id, $4::uuid, $5::text, $6::uuid, $7::text,
                                 $8::integer, $9::bigint, $10::interval, $11::interval, $12::integer, $13::integer) AS handed
    WHERE agent.served AND (EXISTS (SELECT FROM gateway_messages
                  WHERE agent_id = agent.id AND status = 'pending')
       OR EXISTS (SELECT FROM clawgw.handouts
                  WHERE agent_id = agent.id AND NOT confirmed
                    AND (handed_at < now() - $10::interval OR receipt = $4::uuid OR session = $5::text))
       OR ($11::interval > interval '0'
           -- the last one whose lease is over tells whether there is one at all that is not the platform's from before
           AND (SELECT newest.at >= clawgw.adopted_at()
                FROM (SELECT coalesce(delivered_at, created_at) AS at
                      FROM gateway_messages
                      WHERE agent_id = agent.id AND status = 'delivered'
                        AND coalesce(delivered_at, created_at) < now() - $11::interval
                      ORDER BY coalesce(delivered_at, created_at) DESC
                      LIMIT 1) newest))
       OR ($7::text IS NOT NULL
           AND EXISTS (SELECT FROM clawgw.handouts WHERE agent_id = agent.id AND session = $7::text)))
    UNION ALL
    -- (... = ...) IS TRUE: a condition, not something to look up by; the members are found by their ids
    SELECT 3, 0, NULL, member.name, relationship.relation::text, relationship.description, NULL, NULL, NULL,
           member.channels, NULL, false, NULL
    FROM (SELECT member_id, relation, description
          FROM agent_relationships
          WHERE agent_id = agent.id AND agent.served
          ORDER BY created_at, id
          OFFSET 0) relationship
    CROSS JOIN LATERAL (
        SELECT name::text,
               -- 1 Feishu, 2 e-mail
               (coalesce(external_id, '') <> '' OR coalesce(open_id, '') <> '')::integer
               + 2 * (coalesce(email, '') <> '')::integer AS channels
        FROM org_members
        WHERE id = relationship.member_id AND (tenant_id = agent.tenant_id) IS TRUE
        OFFSET 0) member
    UNION ALL
    SELECT 4, 0, NULL, peer.name, relationship.relation::text, relationship.description, NULL, NULL, NULL, 0, NULL, false, NULL
    FROM (SELECT target_agent_id, relation, description
          FROM agent_agent_relationships
          WHERE agent_id = agent.id AND agent.served
          ORDER BY created_at, id
          OFFSET 0) relationship
    CROSS JOIN LATERAL (
        SELECT name::text
        FROM agents
        WHERE id = relationship.target_agent_id /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
          AND (tenant_id = agent.tenant_id) IS TRUE
        OFFSET 0) peer
) detail ON true
