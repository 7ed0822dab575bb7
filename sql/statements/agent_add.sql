-- SPDX-License-Identifier: ISC
-- A new agent, and the agent as one who takes part in conversations.
-- $1 uuid: id   $2 uuid: tenant   $3 text: name   $4 uuid: creator   $5 text: type   $6 uuid: model or NULL
-- $7 uuid: the model that steps in or NULL   $8 text: role description   $9 text: bio or NULL   $10 text: access mode
-- May be repeated: the caller made the ids, and a row that is there stays.
WITH added AS (
    INSERT INTO agents (id, tenant_id, name, creator_id, agent_type, primary_model_id, fallback_model_id, role_description,
        bio, /*[agents.access_mode*/ access_mode, /*]*/ status, tokens_used_today, tokens_used_month, tokens_used_total, llm_calls_today,
        max_llm_calls_per_day, is_expired, created_at, updated_at
        -- what only the platform has; as it fills a new agent of its own
        /*[agents.autonomy_policy , autonomy_policy ]*/ /*[agents.context_window_size , context_window_size ]*/
        /*[agents.max_tool_rounds , max_tool_rounds ]*/ /*[agents.max_triggers , max_triggers ]*/
        /*[agents.min_poll_interval_min , min_poll_interval_min ]*/ /*[agents.webhook_rate_limit , webhook_rate_limit ]*/
        /*[agents.heartbeat_enabled , heartbeat_enabled ]*/ /*[agents.heartbeat_interval_minutes , heartbeat_interval_minutes ]*/
        /*[agents.heartbeat_active_hours , heartbeat_active_hours ]*/ /*[agents.is_system , is_system ]*/
        /*[agents.company_access_level , company_access_level ]*/)
    VALUES ($1::uuid, $2::uuid, $3::text, $4::uuid, $5::text, $6::uuid, $7::uuid, coalesce($8::text, ''), $9::text,
        /*[agents.access_mode*/ $10::text, /*]*/ 'idle', 0, 0, 0, 0, 1000, false, clock_timestamp(), clock_timestamp()
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
    INSERT INTO agent_permissions (id, agent_id, scope_type, access_level)
    SELECT gen_random_uuid(), id, 'company', 'use' FROM added WHERE $10::text = 'company'
) ]*/
INSERT INTO participants (id, type, ref_id, display_name, created_at)
VALUES (gen_random_uuid(), 'agent', $1::uuid, $3::text, clock_timestamp())
ON CONFLICT (type, ref_id) DO NOTHING
