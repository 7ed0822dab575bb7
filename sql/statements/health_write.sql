-- SPDX-License-Identifier: ISC
-- What a request does, so far as it can be done without a trace; in a transaction that is rolled back. Fails where requests would: a
-- database that is read-only or full, tables that somebody has locked, rights that were taken away. It waits for a lock for two
-- seconds.
WITH patience AS MATERIALIZED (
    SELECT set_config('lock_timeout', '2s', true)
), message AS (
    INSERT INTO gateway_messages (id, agent_id, content, status, created_at)
    SELECT gen_random_uuid(), id, '', 'pending', clock_timestamp() FROM agents WHERE false
), seen AS (
    UPDATE agents SET openclaw_last_seen = clock_timestamp() WHERE false
), spoken AS (
    INSERT INTO chat_messages (id, agent_id, user_id, role, content, conversation_id, created_at)
    SELECT gen_random_uuid(), id, creator_id, 'user', '', '', clock_timestamp() FROM agents WHERE false
), job AS (
    INSERT INTO clawgw.jobs (id, source_agent_id, target_agent_id, content)
    SELECT gen_random_uuid(), id, id, '' FROM agents WHERE false
)
INSERT INTO clawgw.idempotency_keys (agent_id, key, request_digest, target_name, target_type, message_id)
SELECT id, 'health ' || gen_random_uuid(), '', '', 'agent', gen_random_uuid() FROM agents, patience ORDER BY id LIMIT 1
