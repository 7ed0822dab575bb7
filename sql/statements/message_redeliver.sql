-- Hand a message out again, as if for the first time. `was` is the state in which it was found, NULL if it is not there;
-- only 'delivered' and 'expired' are changed.
-- $1 uuid: id
WITH message AS MATERIALIZED (
    SELECT id, status FROM gateway_messages WHERE id = $1::uuid FOR UPDATE
), changed AS (
    UPDATE gateway_messages SET status = 'pending', delivered_at = NULL, completed_at = NULL, result = NULL
    FROM message
    WHERE gateway_messages.id = message.id AND message.status IN ('delivered', 'expired')
    RETURNING gateway_messages.id
), forgotten AS (
    DELETE FROM clawgw.deliveries USING changed WHERE message_id = changed.id
)
SELECT (SELECT status::text FROM message) AS was
