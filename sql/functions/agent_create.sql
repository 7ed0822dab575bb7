-- SPDX-License-Identifier: ISC
-- A new agent, and the agent as one who takes part in conversations. A row of this id that is there stays. For statements and functions that
-- have seen who asks for it.
CREATE OR REPLACE FUNCTION clawgw.agent_create(new_id uuid, its_tenant uuid, its_name text, its_creator uuid, its_type text, its_model uuid,
    its_fallback uuid, its_description text, its_bio text, its_mode text) RETURNS void
LANGUAGE sql
AS $function$
    WITH added AS (
        INSERT INTO public.agents (id, tenant_id, name, creator_id, agent_type, primary_model_id, fallback_model_id, role_description,
            bio, /*[agents.access_mode*/ access_mode, /*]*/ status, tokens_used_today, tokens_used_month, tokens_used_total,
            llm_calls_today, max_llm_calls_per_day, is_expired, created_at, updated_at
            -- what only the platform has; as it fills a new agent of its own
            /*[agents.autonomy_policy , autonomy_policy ]*/ /*[agents.context_window_size , context_window_size ]*/
            /*[agents.max_tool_rounds , max_tool_rounds ]*/ /*[agents.max_triggers , max_triggers ]*/
            /*[agents.min_poll_interval_min , min_poll_interval_min ]*/ /*[agents.webhook_rate_limit , webhook_rate_limit ]*/
            /*[agents.heartbeat_enabled , heartbeat_enabled ]*/ /*[agents.heartbeat_interval_minutes , heartbeat_interval_minutes ]*/
            /*[agents.heartbeat_active_hours , heartbeat_active_hours ]*/ /*[agents.is_system , is_system ]*/
            /*[agents.company_access_level , company_access_level ]*/)
        VALUES (new_id, its_tenant, its_name, its_creator, its_type, its_model, its_fallback, coalesce(its_description, ''), its_bio,
            /*[agents.access_mode*/ its_mode, /*]*/ 'idle', 0, 0, 0, 0, 1000, false, clock_timestamp(), clock_timestamp()
            /*[agents.autonomy_policy , '{}' ]*/ /*[agents.context_window_size , 100 ]*/
            /*[agents.max_tool_rounds , 50 ]*/ /*[agents.max_triggers , 20 ]*/
            /*[agents.min_poll_interval_min , 5 ]*/ /*[agents.webhook_rate_limit , 5 ]*/
            /*[agents.heartbeat_enabled , false ]*/ /*[agents.heartbeat_interval_minutes , 240 ]*/
            /*[agents.heartbeat_active_hours , '09:00-18:00' ]*/ /*[agents.is_system , false ]*/
            /*[agents.company_access_level , 'use' ]*/)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    )
    /*[!agents.access_mode , permitted AS (
        -- there, whoever may write to an agent is named by permissions
        INSERT INTO public.agent_permissions (id, agent_id, scope_type, access_level)
        SELECT gen_random_uuid(), id, 'company', 'use' FROM added WHERE its_mode = 'company'
    ) ]*/
    INSERT INTO public.participants (id, type, ref_id, display_name, created_at)
    VALUES (gen_random_uuid(), 'agent', new_id, its_name, clock_timestamp())
    ON CONFLICT (type, ref_id) DO NOTHING
$function$;
