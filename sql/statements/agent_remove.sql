-- SPDX-License-Identifier: ISC
-- Mark an agent removed and take its key away; its messages end, and who sent them is told; its conversations stay.
-- One row: an empty text.
-- $1 uuid: id
-- May be repeated: what is gone is gone.
WITH removed AS (
    UPDATE agents
    SET /*[agents.deleted_at*/ deleted_at = clock_timestamp(), /*]*/ updated_at = clock_timestamp(), api_key_hash = NULL,
        status = 'stopped'
    WHERE id = $1::uuid /*[agents.deleted_at*/ AND deleted_at IS NULL /*]*/
), ended AS MATERIALIZED (
    SELECT count(*) AS count
    FROM clawgw.message_end(ARRAY(SELECT id FROM gateway_messages WHERE agent_id = $1::uuid AND status = 'pending'
                                  UNION ALL
                                  SELECT id FROM gateway_messages WHERE agent_id = $1::uuid AND status = 'delivered'),
                            'failed', 'will not answer: this agent was removed')
)
SELECT left(count::text, 0) AS used_by FROM ended
