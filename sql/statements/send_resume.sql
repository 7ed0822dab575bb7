-- SPDX-License-Identifier: ISC
-- Takes over an attempt that was cut off, so that it can be repeated where that is harmless. Of several who try, one is told
-- `resumed` and who is to be written to. `recent`: the channel still recognises the repeat.
-- $1 uuid: agent   $2 text: idempotency key   $3 interval: how long the channel recognises a repeat
-- $4 interval: the longest that the attempt can take   $5 uuid: names who tries
-- May be repeated: who took it over is known by the name, and told so again.
WITH prior AS MATERIALIZED (
    SELECT message_id, created_at > clock_timestamp() - $3::interval AS recent
    FROM clawgw.idempotency_keys
    WHERE agent_id = $1::uuid AND key = $2::text AND state = 'running'
), person AS MATERIALIZED (
    SELECT attempt.id AS attempt_id, member.id, member.name, member.external_id, member.open_id, member.email
    FROM prior
    JOIN clawgw.sends attempt ON attempt.id = prior.message_id
    JOIN org_members member ON member.id = attempt.member_id AND (member.status = 'active') IS TRUE
    WHERE prior.recent
), resumed AS (
    UPDATE clawgw.idempotency_keys SET busy_until = clock_timestamp() + $4::interval, resumed_by = $5::uuid
    FROM person
    WHERE agent_id = $1::uuid AND key = $2::text AND state = 'running'
      AND (busy_until < clock_timestamp() OR resumed_by = $5::uuid)
      AND message_id = person.attempt_id
    RETURNING true AS mine
)
SELECT EXISTS (SELECT FROM resumed) AS resumed, prior.recent, person.attempt_id, person.id AS member_id, person.name::text,
       person.external_id::text, person.open_id::text, person.email::text
FROM prior
LEFT JOIN person ON true
