-- SPDX-License-Identifier: ISC
-- An attempt to write to a person has ended. Sent: repeats get the same answer. Failed: nothing was sent, so the idempotency key is
-- given back. Unknown: the key stays taken, as if the attempt had been cut off.
-- $1 uuid: the attempt   $2 text: sent, failed, unknown   $3 text: what went wrong, or NULL
-- $4 text: what the channel calls it, or NULL
-- May be repeated: it ends once.
WITH recorded AS (
    UPDATE clawgw.sends SET outcome = $2::text, error = $3::text, finished_at = clock_timestamp()
    WHERE id = $1::uuid AND outcome <> 'sent'
    RETURNING agent_id, idempotency_key
), answered AS (
    UPDATE clawgw.idempotency_keys
    SET state = CASE WHEN $2::text = 'sent' THEN 'done' ELSE 'running' END,
        busy_until = CASE WHEN $2::text = 'unknown' THEN clock_timestamp() - interval '1 microsecond' END
    FROM recorded
    WHERE idempotency_keys.agent_id = recorded.agent_id AND key = recorded.idempotency_key
      AND message_id = $1::uuid AND state = 'running' AND $2::text IN ('sent', 'unknown')
), given_back AS (
    DELETE FROM clawgw.idempotency_keys
    USING recorded
    WHERE idempotency_keys.agent_id = recorded.agent_id AND key = recorded.idempotency_key
      AND message_id = $1::uuid AND state = 'running' AND $2::text = 'failed'
)
SELECT clawgw.letter_attempted($1::uuid, $2::text, $3::text, $4::text) FROM recorded
