-- SPDX-License-Identifier: ISC
-- An attempt to write to a person begins: takes the idempotency key, if there is one and nobody has it, and leaves a record: of
-- the attempt and of the letter, which has its id.
-- `begun` is false when somebody else has the key.
-- $1 uuid: id of the attempt   $2 uuid: agent   $3 uuid: member   $4 text: channel   $5 text: the person's name
-- $6 text: idempotency key, or NULL   $7 bytea: digest of the request   $8 interval: the longest that the attempt can take
-- $9 text: place at the channel, or NULL   $10 text: subject   $11 text: content   $12 text: what the channel will call it, or NULL
-- May be repeated: a repeat finds the row of the same caller.
WITH taken AS (
    INSERT INTO clawgw.idempotency_keys AS prior (agent_id, key, request_digest, state, busy_until, target_name, target_type,
        channel, message_id)
    SELECT $2::uuid, $6::text, $7::bytea, 'running', clock_timestamp() + $8::interval, $5::text, 'human', $4::text, $1::uuid
    WHERE $6::text IS NOT NULL
    ON CONFLICT (agent_id, key) DO UPDATE SET busy_until = EXCLUDED.busy_until WHERE prior.message_id = EXCLUDED.message_id
    RETURNING true AS mine
), begun AS MATERIALIZED (
    SELECT $6::text IS NULL OR EXISTS (SELECT FROM taken) AS begun
), recorded AS (
    INSERT INTO clawgw.sends (id, agent_id, member_id, channel, idempotency_key)
    SELECT $1::uuid, $2::uuid, $3::uuid, $4::text, $6::text FROM begun WHERE begun
    ON CONFLICT (id) DO NOTHING
)
SELECT begun, CASE WHEN begun THEN clawgw.letter_attempt($1::uuid, $2::uuid, $3::uuid, $4::text, $9::text, $10::text, $11::text,
                                                       $12::text) END AS thread
FROM begun
