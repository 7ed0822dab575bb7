-- SPDX-License-Identifier: ISC
-- An answer that could not be written: its messages wait again at once, as if they had not been handed out. Where hand-outs were
-- not counted before, the next one counts, and no more than if there had been none of them. (A row has two attempts at least.)
-- $1 uuid: the agent   $2 uuid: the answer's receipt
-- May be repeated: what was given back is not there any more.
WITH lost AS MATERIALIZED (
    DELETE FROM clawgw.handouts
    WHERE agent_id = $1::uuid AND NOT confirmed AND receipt = $2::uuid
    RETURNING message_id
), before AS MATERIALIZED (
    SELECT message_id, attempts > 2 OR uncounted > 0 AS stays
    FROM clawgw.deliveries
    WHERE message_id = ANY (ARRAY(SELECT message_id FROM lost))
), less AS (
    UPDATE clawgw.deliveries
    SET attempts = greatest(deliveries.attempts - 1, 2),
        uncounted = deliveries.uncounted + (deliveries.attempts = 2)::integer
    FROM before
    WHERE deliveries.message_id = before.message_id AND before.stays
), none AS (
    DELETE FROM clawgw.deliveries USING before WHERE deliveries.message_id = before.message_id AND NOT before.stays
)
UPDATE gateway_messages
SET status = 'pending',
    delivered_at = CASE WHEN EXISTS (SELECT FROM before WHERE message_id = gateway_messages.id) THEN delivered_at END
WHERE id = ANY (ARRAY(SELECT message_id FROM lost)) AND status = 'delivered'
RETURNING id
