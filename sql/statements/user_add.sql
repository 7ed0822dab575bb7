-- SPDX-License-Identifier: ISC
-- A new user, and the user as one who takes part in conversations.
-- $1 uuid: id   $2 uuid: tenant   $3 text: display name   $4 text: role
-- May be repeated: the caller made the ids, and a row that is there stays.
WITH added AS (
    INSERT INTO users (id, tenant_id, display_name, role, is_active, created_at, updated_at
        -- what only the platform has
        /*[users.quota_message_limit , quota_message_limit ]*/ /*[users.quota_message_period , quota_message_period ]*/
        /*[users.quota_messages_used , quota_messages_used ]*/ /*[users.quota_max_agents , quota_max_agents ]*/
        /*[users.quota_agent_ttl_hours , quota_agent_ttl_hours ]*/)
    VALUES ($1::uuid, $2::uuid, $3::text, $4::text::user_role_enum, true, clock_timestamp(), clock_timestamp()
        /*[users.quota_message_limit , 50 ]*/ /*[users.quota_message_period , 'permanent' ]*/
        /*[users.quota_messages_used , 0 ]*/ /*[users.quota_max_agents , 2 ]*/
        /*[users.quota_agent_ttl_hours , 0 ]*/)
    ON CONFLICT (id) DO NOTHING
)
INSERT INTO participants (id, type, ref_id, display_name, created_at)
VALUES (gen_random_uuid(), 'user', $1::uuid, $3::text, clock_timestamp())
ON CONFLICT (type, ref_id) DO NOTHING
