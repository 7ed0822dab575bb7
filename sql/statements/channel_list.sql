-- SPDX-License-Identifier: ISC
-- Agents' accounts at services that reach people, by time. The name is "agent/type"; secrets are not shown.
-- $1 uuid: only of this tenant   $2 uuid: only this one   $3 text: only with this name   $4 integer: how many at most; NULL: any
-- May be repeated: it only reads.
SELECT channel_configs.id, agents.name || '/' || channel_configs.channel_type AS name, tenants.slug::text AS tenant,
       agents.name::text AS agent, channel_configs.channel_type::text AS type, channel_configs.app_id::text,
       coalesce(channel_configs.app_secret, '') <> '' AS has_secret, channel_configs.is_configured AS configured,
       channel_configs.extra_config ->> 'domain' AS domain, channel_configs.created_at
FROM channel_configs
JOIN agents ON agents.id = channel_configs.agent_id
LEFT JOIN tenants ON tenants.id = agents.tenant_id
WHERE ($1::uuid IS NULL OR agents.tenant_id = $1::uuid)
  AND ($2::uuid IS NULL OR channel_configs.id = $2::uuid)
  AND ($3::text IS NULL OR agents.name || '/' || channel_configs.channel_type = $3::text OR agents.name = $3::text)
ORDER BY channel_configs.created_at, channel_configs.id
LIMIT $4::integer
