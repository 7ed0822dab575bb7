-- SPDX-License-Identifier: ISC
-- Takes back what somebody wrote, if nobody has begun with it. No row: not his. `status`: what it was.
-- $1 uuid: the user   $2 uuid: the row
WITH message AS MATERIALIZED (
    SELECT id, status::text FROM gateway_messages
    WHERE id = $2::uuid AND sender_user_id = $1::uuid
    FOR UPDATE
), job AS MATERIALIZED (
    SELECT id, target_agent_id, conversation_id,
           CASE WHEN state = 'queued' AND attempts = 0 THEN 'pending'
                WHEN EXISTS (SELECT FROM clawgw.notices WHERE job_id = jobs.id AND status = 'cancelled') THEN 'cancelled'
                ELSE state END AS status
    FROM clawgw.jobs
    WHERE id = $2::uuid AND source_user_id = $1::uuid
    FOR UPDATE
), message_ended AS (
    UPDATE gateway_messages SET status = 'cancelled', completed_at = clock_timestamp()
    WHERE id IN (SELECT id FROM message WHERE status = 'pending')
), job_ended AS (
    UPDATE clawgw.jobs SET state = 'dead', ended_as = 'cancelled', finished_at = clock_timestamp(), last_error = 'taken back by who wrote it'
    WHERE id IN (SELECT id FROM job WHERE status = 'pending')
), noticed AS (
    INSERT INTO clawgw.notices (job_id, status) SELECT id, 'cancelled' FROM job WHERE status = 'pending'
    ON CONFLICT (job_id) DO UPDATE SET status = EXCLUDED.status
), told AS (
    INSERT INTO clawgw.events (user_id, kind, agent_id, conversation_id, message_id, status)
    SELECT $1::uuid, 'status', target_agent_id, conversation_id, id, 'cancelled' FROM job WHERE status = 'pending'
)
SELECT status FROM message
UNION ALL
SELECT status FROM job
