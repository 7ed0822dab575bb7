-- The Feishu app that an agent writes with: its own, else the oldest one of its tenant. A row without id or secret is not
-- configured, and that of a deleted agent went with it.
-- $1 uuid: the agent
WITH agent AS MATERIALIZED (
    SELECT id, tenant_id FROM agents WHERE id = $1::uuid
), own AS MATERIALIZED (
    SELECT config.app_id, config.app_secret, config.extra_config
    FROM agent
    JOIN channel_configs config ON config.agent_id = agent.id AND config.channel_type = 'feishu'
    WHERE config.app_id <> '' AND config.app_secret <> ''
), shared AS MATERIALIZED (
    SELECT config.app_id, config.app_secret, config.extra_config
    FROM agent
    JOIN agents colleague ON colleague.tenant_id = agent.tenant_id AND colleague.deleted_at IS NULL
    JOIN channel_configs config ON config.agent_id = colleague.id AND config.channel_type = 'feishu'
    WHERE NOT EXISTS (SELECT FROM own) AND config.app_id <> '' AND config.app_secret <> ''
    ORDER BY config.created_at, config.id
    LIMIT 1
), found AS (
    SELECT * FROM own UNION ALL SELECT * FROM shared
)
-- json may hold what text cannot (\u0000), so it is read elsewhere
SELECT app_id::text, app_secret::text,
       CASE WHEN octet_length(extra_config::text) <= 65536 THEN extra_config::text END AS extra_config
FROM found
