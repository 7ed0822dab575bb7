-- SPDX-License-Identifier: ISC
-- The least that a poll needs which finds nothing: whose key it is, whether a message waits, and whom the agent knows, which is in
-- every answer.
WITH caller AS (
    SELECT id FROM agents WHERE api_key_hash = :agent::text AND agent_type = 'openclaw'
)
SELECT caller.id, gateway_messages.id AS detail, NULL AS name
FROM caller
LEFT JOIN gateway_messages ON gateway_messages.agent_id = caller.id AND status = 'pending'
UNION ALL
SELECT caller.id, member_id, org_members.name
FROM caller
JOIN agent_relationships relationship ON relationship.agent_id = caller.id
JOIN org_members ON org_members.id = member_id
UNION ALL
SELECT caller.id, target_agent_id, peer.name
FROM caller
JOIN agent_agent_relationships relationship ON relationship.agent_id = caller.id
JOIN agents peer ON peer.id = target_agent_id;
