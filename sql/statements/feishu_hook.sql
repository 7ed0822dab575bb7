-- SPDX-License-Identifier: ISC
-- The Feishu app of an agent, for what Feishu tells us (sql/functions/channel_hook.sql).
-- $1 uuid: the agent
-- May be repeated: it only reads.
SELECT app_id, encrypt_key, verification_token, extra_config, agent_name FROM clawgw.channel_hook($1::uuid)
