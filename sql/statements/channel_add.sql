-- SPDX-License-Identifier: ISC
-- An agent's account at a service that reaches people. `added` is false when it has one of this type.
-- $1 uuid: id   $2 uuid: the agent   $3 text: type   $4 text: app id   $5 text: app secret   $6 text: API address or NULL
-- $7 text: key that events are encrypted with, or NULL   $8 text: token that they carry, or NULL
-- May be repeated: the caller made the ids, and a row that is there stays.
WITH added AS (
    INSERT INTO channel_configs (id, agent_id, channel_type, app_id, app_secret, is_configured, is_connected,
        extra_config, encrypt_key, verification_token, created_at, updated_at)
    VALUES ($1::uuid, $2::uuid, $3::text::channel_type_enum, $4::text, $5::text, true, false,
            CASE WHEN $6::text IS NULL THEN '{}'::json ELSE json_build_object('domain', $6::text) END, $7::text, $8::text,
            clock_timestamp(), clock_timestamp())
    ON CONFLICT DO NOTHING
    RETURNING id
)
SELECT EXISTS (SELECT FROM added) OR EXISTS (SELECT FROM channel_configs WHERE id = $1::uuid) AS added
