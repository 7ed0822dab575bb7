-- SPDX-License-Identifier: ISC
-- Which of the agents that wait have something to poll: for those whose ring was lost.
-- $1 text: an array of agents
-- May be repeated: it only reads.
SELECT waiting.id
FROM unnest($1::text::uuid[]) AS waiting (id)
WHERE EXISTS (SELECT FROM gateway_messages
              WHERE agent_id = waiting.id AND status = 'pending')
