-- Give a message up, and tell an openclaw agent that sent it. `was` is the state in which it was found, NULL if it is not
-- there; only 'pending' and 'delivered' are changed.
-- $1 uuid: id   $2 uuid: id of the notice   $3 integer: the reply depth past which results are not routed on
WITH message AS MATERIALIZED (
    SELECT id, agent_id, sender_agent_id, conversation_id, status FROM gateway_messages WHERE id = $1::uuid FOR UPDATE
), changed AS (
    UPDATE gateway_messages SET status = 'expired', completed_at = clock_timestamp()
    FROM message
    WHERE gateway_messages.id = message.id AND message.status IN ('pending', 'delivered')
    RETURNING message.agent_id, message.sender_agent_id, message.conversation_id
), notice AS (
    INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, created_at)
    SELECT $2::uuid, sender.id, changed.agent_id, changed.conversation_id,
           format('%s will not answer: your message was given up by the operator.', agents.name),
           'pending', clock_timestamp()
    FROM changed
    JOIN agents ON agents.id = changed.agent_id
    JOIN agents sender ON sender.id = changed.sender_agent_id
    WHERE sender.agent_type = 'openclaw' AND sender.deleted_at IS NULL
    ON CONFLICT (id) DO NOTHING
    RETURNING id
), last_word AS (
    -- whoever reports on the notice is not answered by the agent that did not answer
    INSERT INTO clawgw.replies (message_id, in_reply_to, depth)
    SELECT notice.id, notice.id, greatest($3::integer, 1) FROM notice
    ON CONFLICT (message_id) DO NOTHING
)
SELECT (SELECT status::text FROM message) AS was
