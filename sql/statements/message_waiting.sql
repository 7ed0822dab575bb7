-- SPDX-License-Identifier: ISC
-- How many messages wait to be polled by an agent; beyond a thousand it does not matter how many.
-- $1 uuid: the agent
-- May be repeated: it only reads.
SELECT count(*)::integer
FROM (SELECT FROM gateway_messages
      WHERE agent_id = $1::uuid AND status = 'pending'
      LIMIT 1000) waiting
