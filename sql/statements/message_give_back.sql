-- SPDX-License-Identifier: ISC
-- An answer that could not be written: its messages wait again at once, as if they had not been handed out.
-- $1 uuid: the agent   $2 uuid: the answer's receipt
-- May be repeated: what was given back is not there any more.
WITH lost AS MATERIALIZED (
    DELETE FROM clawgw.handouts
    WHERE agent_id = $1::uuid AND NOT confirmed AND receipt = $2::uuid
    RETURNING message_id
), before AS MATERIALIZED (
    SELECT message_id, attempts FROM clawgw.deliveries WHERE message_id = ANY (ARRAY(SELECT message_id FROM lost))
), less AS (
    UPDATE clawgw.deliveries SET attempts = deliveries.attempts - 1
    FROM before
    WHERE deliveries.message_id = before.message_id AND before.attempts > 2
), none AS (
    DELETE FROM clawgw.deliveries USING before WHERE deliveries.message_id = before.message_id AND before.attempts <= 2
)
UPDATE gateway_messages
SET status = 'pending',
    delivered_at = CASE WHEN EXISTS (SELECT FROM before WHERE message_id = gateway_messages.id) THEN delivered_at END
WHERE id = ANY (ARRAY(SELECT message_id FROM lost)) AND status = 'delivered'
RETURNING id
