-- A whole poll: who asks, mark the agent seen, hand out messages with their history, list relationships.
-- Rows by `kind`: 0 the agent (several: the key fits several, and nothing was done), 1 a message, 2 a row of the
-- history of message n, 3 a person, 4 an agent. An empty poll stays cheap: the claim itself is a function, which runs only
-- when there is something to hand out.
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL
-- $3 interval: how old a last-seen time may get   $4 integer: how many messages at most
-- $5 bigint: stop after this many bytes   $6 interval: delivery lease, 0 for none   $7 integer: how often a message is handed out
-- $8 integer: the reply depth past which results are not routed on   $9 integer: characters of a content that are handed out
WITH agent AS MATERIALIZED (
    SELECT id, name, tenant_id, count(*) OVER () AS twins,
           EXISTS (SELECT FROM gateway_messages
                   WHERE agent_id = agents.id AND status = 'pending')
           OR ($6::interval > interval '0'
               AND EXISTS (SELECT FROM gateway_messages
                           WHERE agent_id = agents.id AND status = 'delivered'
                             AND coalesce(delivered_at, created_at) < now() - $6::interval)) AS waiting
    FROM agents
    WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' AND deleted_at IS NULL
    LIMIT 2
), seen AS (
    UPDATE agents SET openclaw_last_seen = clock_timestamp(), status = 'running'
    FROM agent
    WHERE agents.id = agent.id AND agent.twins = 1
      AND (openclaw_last_seen IS NULL
           OR openclaw_last_seen NOT BETWEEN now() - $3::interval AND now() + interval '1 minute')
    RETURNING NOT agent.waiting AS alone
)
SELECT 0 AS kind, 0 AS n, agent.id, agent.name::text AS text1,
       -- a lost last-seen time harms nobody; messages handed out are committed to disk
       (SELECT set_config('synchronous_commit', 'off', true) FROM seen WHERE alone) AS text2,
       NULL::text AS text3, NULL::text AS text4, NULL::uuid AS user_id, NULL::timestamptz AS created_at, 0 AS flags
FROM agent
UNION ALL
SELECT claim.kind, claim.n, claim.id, claim.text1, claim.text2, claim.text3, claim.text4, claim.user_id, claim.created_at, 0
FROM agent
CROSS JOIN LATERAL clawgw.message_claim(agent.id, agent.name::text, $4::integer, $5::bigint, $6::interval, $7::integer,
                                        $8::integer, $9::integer) AS claim
WHERE agent.waiting AND agent.twins = 1
UNION ALL
(SELECT 3, 0, NULL, member.name::text, relationship.relation::text, relationship.description, NULL, NULL, NULL,
        -- 1 Feishu, 2 e-mail
        (coalesce(member.external_id, '') <> '' OR coalesce(member.open_id, '') <> '')::integer
        + 2 * (coalesce(member.email, '') <> '')::integer
 FROM agent
 JOIN agent_relationships relationship ON relationship.agent_id = agent.id
 JOIN org_members member ON member.id = relationship.member_id AND member.tenant_id = agent.tenant_id
 ORDER BY relationship.created_at, relationship.id)
UNION ALL
(SELECT 4, 0, NULL, peer.name::text, relationship.relation::text, relationship.description, NULL, NULL, NULL, 0
 FROM agent
 JOIN agent_agent_relationships relationship ON relationship.agent_id = agent.id
 JOIN agents peer ON peer.id = relationship.target_agent_id AND peer.tenant_id = agent.tenant_id
                 AND peer.deleted_at IS NULL
 ORDER BY relationship.created_at, relationship.id)
