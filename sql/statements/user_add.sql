-- A new user, and the user as one who takes part in conversations.
-- $1 uuid: id   $2 uuid: tenant   $3 text: display name   $4 text: role
WITH added AS (
    INSERT INTO users (id, tenant_id, display_name, role)
    VALUES ($1::uuid, $2::uuid, $3::text, $4::text::user_role_enum)
    ON CONFLICT (id) DO NOTHING
)
INSERT INTO participants (type, ref_id, display_name) VALUES ('user', $1::uuid, $3::text)
ON CONFLICT (type, ref_id) DO NOTHING
