-- An openclaw agent that belongs to nobody and lives as long as `clawgw-admin doctor` needs it. Those that a doctor who was
-- interrupted left behind are taken away.
-- $1 uuid: id   $2 text: hex SHA-256 of its key
WITH stale AS (
    DELETE FROM agents
    WHERE tenant_id IS NULL AND creator_id IS NULL AND name = 'clawgw doctor' AND created_at < now() - interval '1 hour'
)
INSERT INTO agents (id, name, agent_type, api_key_hash, access_mode)
VALUES ($1::uuid, 'clawgw doctor', 'openclaw', $2::text, 'private')
ON CONFLICT (id) DO NOTHING
