-- SPDX-License-Identifier: ISC
-- Takes back what somebody wrote, if nobody has begun with it. No row: not his. `status`: what it was.
-- $1 uuid: the user   $2 uuid: the row
WITH message AS MATERIALIZED (
    SELECT id, agent_id, conversation_id, status::text FROM gateway_messages
    WHERE id = $2::uuid AND sender_user_id = $1::uuid
    FOR UPDATE
), message_ended AS (
    UPDATE gateway_messages SET status = 'cancelled', completed_at = clock_timestamp()
    WHERE id IN (SELECT id FROM message WHERE status = 'pending')
)
SELECT status FROM message
