-- SPDX-License-Identifier: ISC
-- Messages that were done with long ago, and their conversations. psql variables: agents, stored.
SET synchronous_commit = off;
CREATE TEMPORARY TABLE bench AS
SELECT lpad((row % :agents)::text, 32, '0')::uuid AS id, lpad(((row + 1) % :agents)::text, 32, '0')::uuid AS peer,
       'conversation ' || row % :agents AS conversation, now() - interval '30 days' + row * interval '1 second' AS at
FROM generate_series(1, :stored) AS row;
INSERT INTO gateway_messages (agent_id, sender_agent_id, conversation_id, content, status, result, created_at, delivered_at,
                              completed_at)
SELECT id, peer, conversation, repeat('A message of long ago. ', 5), 'completed', repeat('An answer of long ago. ', 5),
       at, at, at
FROM bench;
INSERT INTO chat_messages (tenant_id, agent_id, user_id, role, content, conversation_id, created_at)
SELECT '00000000-0000-0000-0000-00000000000a', id, '00000000-0000-0000-0000-00000000000b', 'user',
       repeat('A message of long ago. ', 5), conversation, at
FROM bench;
VACUUM ANALYZE;
