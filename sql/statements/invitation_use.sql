-- SPDX-License-Identifier: ISC
-- Exchanges an invitation for a key: the agent's old one stops working. `outcome`: replaced, unknown, used, expired, forbidden (the
-- agent may not act, or is none with keys any more). Then the agent and its name, if there is an invitation.
-- $1 bytea: digest of the code   $2 text: hex SHA-256 of the new key   $3 text: address of who asks, or NULL
-- $4 text: trace id, or NULL
-- What came of it is noted in clawgw.audit, in the same transaction.
-- May be repeated: a repeat brings the same key and finds what the first one did.
WITH invitation AS MATERIALIZED (
    SELECT agent_id, expires_at, used_at, key_digest FROM clawgw.invitations WHERE digest = $1::bytea FOR UPDATE
), verdict AS MATERIALIZED (
    SELECT invitation.agent_id, agents.name,
           CASE WHEN invitation.key_digest = $2::text THEN 'repeated'
                WHEN invitation.used_at IS NOT NULL THEN 'used'
                WHEN invitation.expires_at <= clock_timestamp() THEN 'expired'
                WHEN agents.agent_type = 'openclaw'
                     AND clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                              (SELECT is_active FROM users WHERE id = agents.creator_id))
                    THEN 'replaced'
                ELSE 'forbidden' END AS outcome
    FROM invitation
    JOIN agents ON agents.id = invitation.agent_id
), used AS (
    UPDATE clawgw.invitations SET used_at = clock_timestamp(), key_digest = $2::text
    FROM verdict
    WHERE digest = $1::bytea AND verdict.outcome = 'replaced'
), replaced AS (
    UPDATE agents SET api_key_hash = $2::text, updated_at = clock_timestamp()
    FROM verdict
    WHERE agents.id = verdict.agent_id AND verdict.outcome = 'replaced'
), noted AS (
    INSERT INTO clawgw.audit (actor, action, target, outcome, address, trace_id, created_at)
    SELECT 'invitation', 'join', 'agent:' || agent_id, outcome, $3::text, $4::text, clock_timestamp()
    FROM (SELECT agent_id, outcome FROM verdict
          UNION ALL SELECT NULL, 'unknown' WHERE NOT EXISTS (SELECT FROM verdict)) told
    WHERE outcome <> 'repeated'
)
SELECT CASE outcome WHEN 'repeated' THEN 'replaced' ELSE outcome END AS outcome, agent_id, name::text AS name
FROM (SELECT outcome, agent_id, name FROM verdict
      UNION ALL SELECT 'unknown', NULL, NULL WHERE NOT EXISTS (SELECT FROM verdict)) said
