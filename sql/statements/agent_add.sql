-- A new agent, and the agent as one who takes part in conversations.
-- $1 uuid: id   $2 uuid: tenant   $3 text: name   $4 uuid: creator   $5 text: type   $6 uuid: model or NULL
-- $7 uuid: the model that steps in or NULL   $8 text: role description   $9 text: bio or NULL   $10 text: access mode
WITH added AS (
    INSERT INTO agents (id, tenant_id, name, creator_id, agent_type, primary_model_id, fallback_model_id, role_description,
        bio, access_mode, status)
    VALUES ($1::uuid, $2::uuid, $3::text, $4::uuid, $5::text, $6::uuid, $7::uuid, $8::text, $9::text, $10::text, 'idle')
    ON CONFLICT (id) DO NOTHING
)
INSERT INTO participants (type, ref_id, display_name) VALUES ('agent', $1::uuid, $3::text)
ON CONFLICT (type, ref_id) DO NOTHING
