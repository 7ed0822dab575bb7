-- SPDX-License-Identifier: ISC
-- A new user, and the user as one who takes part in conversations. A row of this id that is there stays. For statements and functions that
-- have seen who asks for it.
CREATE OR REPLACE FUNCTION clawgw.user_create(new_id uuid, its_tenant uuid, its_name text, its_role text) RETURNS void
LANGUAGE sql
AS $function$
    WITH added AS (
        INSERT INTO public.users (id, tenant_id, display_name, role, is_active, created_at, updated_at
            -- what only the platform has
            /*[users.quota_message_limit , quota_message_limit ]*/ /*[users.quota_message_period , quota_message_period ]*/
            /*[users.quota_messages_used , quota_messages_used ]*/ /*[users.quota_max_agents , quota_max_agents ]*/
            /*[users.quota_agent_ttl_hours , quota_agent_ttl_hours ]*/)
        VALUES (new_id, its_tenant, its_name, its_role::public.user_role_enum, true, clock_timestamp(), clock_timestamp()
            /*[users.quota_message_limit , 50 ]*/ /*[users.quota_message_period , 'permanent' ]*/
            /*[users.quota_messages_used , 0 ]*/ /*[users.quota_max_agents , 2 ]*/
            /*[users.quota_agent_ttl_hours , 0 ]*/)
        ON CONFLICT (id) DO NOTHING
    )
    INSERT INTO public.participants (id, type, ref_id, display_name, created_at)
    VALUES (gen_random_uuid(), 'user', new_id, its_name, clock_timestamp())
    ON CONFLICT (type, ref_id) DO NOTHING
$function$;
