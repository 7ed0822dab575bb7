-- SPDX-License-Identifier: ISC
-- The Feishu app that an agent writes with; see sql/functions/channel_app.sql.
-- $1 uuid: the agent
-- May be repeated: it only reads.
SELECT app_id, app_secret, extra_config FROM clawgw.channel_app($1::uuid)
