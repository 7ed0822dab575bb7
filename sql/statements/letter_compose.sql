-- SPDX-License-Identifier: ISC
-- An agent writes to a person, to be delivered by a worker: takes the idempotency key, if there is one and nobody has it, and writes
-- the letter. `begun` is false when somebody else has the key. A thread of its own, unless there is one at that place.
-- $1 uuid: the letter   $2 uuid: agent   $3 uuid: member   $4 text: channel   $5 text: the person's name   $6 text: idempotency key, or
-- NULL   $7 bytea: digest of the request   $8 text: place at the channel, or NULL   $9 text: subject   $10 text: content
-- May be repeated: a repeat finds the row of the same caller.
WITH taken AS (
    INSERT INTO clawgw.idempotency_keys AS prior (agent_id, key, request_digest, state, target_name, target_type, channel, message_id)
    SELECT $2::uuid, $6::text, $7::bytea, 'done', $5::text, 'human', $4::text, $1::uuid
    WHERE $6::text IS NOT NULL
    ON CONFLICT (agent_id, key) DO UPDATE SET busy_until = EXCLUDED.busy_until WHERE prior.message_id = EXCLUDED.message_id
    RETURNING true AS mine
), begun AS MATERIALIZED (
    SELECT $6::text IS NULL OR EXISTS (SELECT FROM taken) AS begun
)
SELECT begun, CASE WHEN begun THEN clawgw.letter_compose($1::uuid, $2::uuid, $3::uuid, $4::text, $8::text, $9::text, $10::text) END
FROM begun
