-- SPDX-License-Identifier: ISC
-- What the measured requests work on. psql variables: agents, messages (for each agent so many pending and so many
-- delivered ones).
--
-- Two sets of agents of the same kind: 'load' is for requests through the web server, with keys oc-bench-<n>; 'pgbench' is for the
-- same statements from pgbench, which can make no digests: what stands for the key's digest there is a number. A message's
-- id is a number too, with an 'a' at its front when it is still to be polled.
SET synchronous_commit = off;
INSERT INTO tenants (id, name, slug) VALUES ('00000000-0000-0000-0000-00000000000a', 'Bench', 'bench');
INSERT INTO users (id, tenant_id, display_name)
VALUES ('00000000-0000-0000-0000-00000000000b', '00000000-0000-0000-0000-00000000000a', 'Olga');
INSERT INTO org_members (id, tenant_id, name, email)
VALUES ('00000000-0000-0000-0000-00000000000c', '00000000-0000-0000-0000-00000000000a', 'Paul', 'paul@example.org');

CREATE TEMPORARY TABLE bench AS
SELECT n, base, lpad((base + n)::text, 32, '0')::uuid AS id, lpad((base + (n + 1) % :agents)::text, 32, '0')::uuid AS peer,
       'conversation ' || (base + n) AS conversation
FROM generate_series(0, :agents - 1) AS n, (VALUES (0), (1000000000)) AS sets (base);

INSERT INTO agents (id, name, creator_id, tenant_id, agent_type, status, api_key_hash)
SELECT id, (base + n)::text, '00000000-0000-0000-0000-00000000000b', '00000000-0000-0000-0000-00000000000a', 'openclaw',
       'running', CASE base WHEN 0 THEN encode(sha256(('oc-bench-' || n)::bytea), 'hex') ELSE (base + n)::text END
FROM bench;
INSERT INTO participants (type, ref_id, display_name) SELECT 'agent', id, (base + n)::text FROM bench;
INSERT INTO agent_agent_relationships (agent_id, target_agent_id) SELECT id, peer FROM bench;
INSERT INTO agent_relationships (agent_id, member_id) SELECT id, '00000000-0000-0000-0000-00000000000c' FROM bench;

-- ten rows of history for each agent's conversation
INSERT INTO chat_messages (tenant_id, agent_id, user_id, role, content, conversation_id, participant_id, created_at)
SELECT '00000000-0000-0000-0000-00000000000a', bench.id, '00000000-0000-0000-0000-00000000000b',
       CASE row % 2 WHEN 0 THEN 'assistant' ELSE 'user' END::chat_role_enum, repeat('What was said before. ', 5), conversation,
       participants.id, now() - interval '1 day' + row * interval '1 second'
FROM bench
JOIN participants ON type = 'agent' AND ref_id = bench.id
CROSS JOIN generate_series(1, 10) AS row;

-- to be polled
INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, created_at)
SELECT ('a' || lpad((base + row * :agents + n)::text, 31, '0'))::uuid, id, peer, conversation,
       repeat('A message that waits. ', 5), now() - interval '1 hour' + row * interval '1 second'
FROM bench, generate_series(0, :messages - 1) AS row
ORDER BY row, base, n;
-- to be reported on
INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, delivered_at)
SELECT lpad((base + row * :agents + n)::text, 32, '0')::uuid, id, peer, conversation, repeat('A message in work. ', 5),
       'delivered', now()
FROM bench, generate_series(0, :messages - 1) AS row
ORDER BY row, base, n;
