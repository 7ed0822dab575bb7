-- SPDX-License-Identifier: ISC
-- The Feishu app of an agent, for what Feishu tells us: its own row only, since the agent stands in the webhook's address.
-- $1 uuid: the agent
-- May be repeated: it only reads.
SELECT config.app_id::text, config.encrypt_key::text, config.verification_token::text,
       CASE WHEN octet_length(config.extra_config::text) <= 65536 THEN config.extra_config::text END AS extra_config,
       agent.name::text AS agent_name
FROM (SELECT id, name FROM agents WHERE id = $1::uuid /*[agents.deleted_at*/ AND deleted_at IS NULL /*]*/) agent
CROSS JOIN LATERAL (
    SELECT app_id, encrypt_key, verification_token, extra_config
    FROM channel_configs
    WHERE agent_id = agent.id AND channel_type = 'feishu'
    LIMIT 1
) config
