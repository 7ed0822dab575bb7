-- A whole poll: who asks, mark the agent seen, hand out messages with their history, list relationships.
-- Rows by `kind`: 0 the agent, 1 a message, 2 a row of the history of message n, 3 a person, 4 an agent; NULL: the key fits
-- several agents, a row for each, and nothing was done. An empty poll stays cheap: the claim is a function, called only when
-- there is something to hand out.
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL
-- $3 interval: how old a last-seen time may get   $4 integer: how many messages at most
-- $5 bigint: stop after this many bytes   $6 interval: delivery lease, 0 for none
-- $7 integer: how often a message is handed out   $8 integer: the reply depth past which results are not routed on
-- $9 integer: characters of a content that are handed out
SELECT detail.*
FROM (
    SELECT id, name, tenant_id, openclaw_last_seen,
           EXISTS (SELECT FROM agents twin
                   WHERE twin.api_key_hash IN ($1::text, $2::text) AND twin.agent_type = 'openclaw'
                     AND twin.deleted_at IS NULL AND twin.id <> agents.id) AS has_twin
    FROM agents
    WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' AND deleted_at IS NULL
    OFFSET 0 -- so that twins are looked for once, not for every row below
) agent
LEFT JOIN LATERAL (
    SELECT 0 AS kind, 0 AS n, agent.id, agent.name::text AS text1,
           CASE WHEN agent.openclaw_last_seen BETWEEN now() - $3::interval AND now() + interval '1 minute' THEN NULL
                -- the claim, which comes after it, takes "relaxed" back
                ELSE clawgw.agent_see(agent.id, $3::interval, true)::text
           END AS text2,
           NULL::text AS text3, NULL::text AS text4, NULL::uuid AS user_id, NULL::timestamptz AS created_at, 0 AS flags
    UNION ALL
    SELECT claim.kind, claim.n, claim.id, claim.text1, claim.text2, claim.text3, claim.text4, claim.user_id,
           claim.created_at, 0
    FROM clawgw.message_claim(agent.id, agent.name::text, $4::integer, $5::bigint, $6::interval, $7::integer, $8::integer,
                              $9::integer) AS claim
    WHERE EXISTS (SELECT FROM gateway_messages
                  WHERE agent_id = agent.id AND status = 'pending')
       OR ($6::interval > interval '0'
           AND EXISTS (SELECT FROM gateway_messages
                       WHERE agent_id = agent.id AND status = 'delivered'
                         AND coalesce(delivered_at, created_at) < now() - $6::interval))
    UNION ALL
    -- (... = ...) IS TRUE: a condition, not something to look up by; the members are found by their ids
    SELECT 3, 0, NULL, member.name, relationship.relation::text, relationship.description, NULL, NULL, NULL,
           member.channels
    FROM (SELECT member_id, relation, description
          FROM agent_relationships
          WHERE agent_id = agent.id
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
    SELECT 4, 0, NULL, peer.name, relationship.relation::text, relationship.description, NULL, NULL, NULL, 0
    FROM (SELECT target_agent_id, relation, description
          FROM agent_agent_relationships
          WHERE agent_id = agent.id
          ORDER BY created_at, id
          OFFSET 0) relationship
    CROSS JOIN LATERAL (
        SELECT name::text
        FROM agents
        WHERE id = relationship.target_agent_id AND deleted_at IS NULL AND (tenant_id = agent.tenant_id) IS TRUE
        OFFSET 0) peer
) detail ON NOT agent.has_twin
