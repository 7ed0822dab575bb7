-- SPDX-License-Identifier: ISC
-- Hand a message out again, as if for the first time. `was` is the state in which it was found, NULL if it is not there;
-- only 'delivered', 'expired' and 'failed' are changed.
-- $1 uuid: id
-- May be repeated: it is pending then.
WITH message AS MATERIALIZED (
    SELECT id, status FROM gateway_messages WHERE id = $1::uuid FOR UPDATE
), changed AS (
    -- its time to live begins anew
    UPDATE gateway_messages
    SET status = 'pending', delivered_at = NULL, completed_at = NULL, result = NULL,
        created_at = CASE WHEN message.status = 'delivered' THEN created_at ELSE clock_timestamp() END
    FROM message
    WHERE gateway_messages.id = message.id AND message.status IN ('delivered', 'expired', 'failed')
    RETURNING gateway_messages.id
), stepped AS (
    INSERT INTO clawgw.steps (subject_id, step, note)
    SELECT changed.id, 'redelivered', 'an operator had it handed out again; it was ' || message.status
    FROM changed, message
), forgotten AS (
    DELETE FROM clawgw.deliveries USING changed WHERE message_id = changed.id
), let_go AS (
    DELETE FROM clawgw.handouts USING changed WHERE message_id = changed.id
), undone AS (
    DELETE FROM clawgw.endings USING changed WHERE message_id = changed.id
)
SELECT (SELECT status::text FROM message) AS was
