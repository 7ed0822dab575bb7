-- SPDX-License-Identifier: ISC
-- What requests do, so far as it can be done without a trace; in a transaction that is rolled back. Fails where requests would: a
-- database that is read-only or full, tables that somebody has locked, rights that were taken away. It waits for a lock for two
-- seconds. A row that fits into no page which is there already shows whether there is room for more: what is written to other tables
-- now and then would be refused although this one has a little left.
WITH patience AS MATERIALIZED (
    SELECT set_config('lock_timeout', '2s', true)
), message AS (
    INSERT INTO gateway_messages (id, agent_id, content, status, created_at)
    SELECT gen_random_uuid(), id, '', 'pending', clock_timestamp() FROM agents WHERE false
), handed AS (
    UPDATE gateway_messages SET status = status, result = result, delivered_at = delivered_at, completed_at = completed_at WHERE false
), seen AS (
    UPDATE agents SET openclaw_last_seen = clock_timestamp(), status = status WHERE false
), spoken AS (
    INSERT INTO chat_messages (id, agent_id, user_id, role, content, conversation_id, created_at)
    SELECT gen_random_uuid(), id, creator_id, 'user', '', '', clock_timestamp() FROM agents WHERE false
), spoken_again AS (
    UPDATE chat_messages SET content = content, created_at = created_at WHERE false
), talked AS (
    UPDATE chat_sessions SET last_message_at = last_message_at WHERE false
), job AS (
    INSERT INTO clawgw.jobs (id, source_agent_id, target_agent_id, content)
    SELECT gen_random_uuid(), id, id, '' FROM agents WHERE false
), noted AS (
    INSERT INTO clawgw.handouts (message_id, agent_id, receipt) SELECT id, id, id FROM agents WHERE false
), let_go AS (
    DELETE FROM clawgw.handouts WHERE false
), counted AS (
    INSERT INTO clawgw.deliveries (message_id, attempts) SELECT id, 2 FROM agents WHERE false
), answered AS (
    INSERT INTO clawgw.replies (message_id, in_reply_to, depth) SELECT id, id, 1 FROM agents WHERE false
), ended AS (
    INSERT INTO clawgw.endings (message_id, reason) SELECT id, '' FROM agents WHERE false
), told AS (
    INSERT INTO clawgw.events (kind, agent_id) SELECT 'agent', id FROM agents WHERE false
), sent AS (
    INSERT INTO clawgw.sends (id, agent_id, member_id, channel) SELECT id, id, id, '' FROM agents WHERE false
)
INSERT INTO clawgw.idempotency_keys (agent_id, key, request_digest, target_name, target_type, message_id)
SELECT id, 'health ' || gen_random_uuid(),
       (SELECT string_agg(uuid_send(gen_random_uuid()), '') FROM generate_series(1, 512)), '', 'agent', gen_random_uuid()
FROM agents, patience ORDER BY id LIMIT 1
