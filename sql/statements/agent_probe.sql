-- SPDX-License-Identifier: ISC
-- An openclaw agent that belongs to no organisation and lives as long as `clawgw-admin doctor` needs it. Those that a doctor who
-- was interrupted left behind are taken away. (The platform wants a creator; any user will do.)
-- $1 uuid: id   $2 text: hex SHA-256 of its key
-- May be repeated: the caller made the ids, and a row that is there stays.
WITH stale AS (
    DELETE FROM agents
    WHERE tenant_id IS NULL AND name = 'clawgw doctor' AND created_at < now() - interval '1 hour'
)
INSERT INTO agents (id, name, role_description, creator_id, agent_type, api_key_hash, status, /*[agents.access_mode*/ access_mode, /*]*/
        tokens_used_today, tokens_used_month, tokens_used_total, llm_calls_today, max_llm_calls_per_day, is_expired, created_at,
        updated_at
        -- what only the platform has; as it fills a new agent of its own
        /*[agents.autonomy_policy , autonomy_policy ]*/ /*[agents.context_window_size , context_window_size ]*/
        /*[agents.max_tool_rounds , max_tool_rounds ]*/ /*[agents.max_triggers , max_triggers ]*/
        /*[agents.min_poll_interval_min , min_poll_interval_min ]*/ /*[agents.webhook_rate_limit , webhook_rate_limit ]*/
        /*[agents.heartbeat_enabled , heartbeat_enabled ]*/ /*[agents.heartbeat_interval_minutes , heartbeat_interval_minutes ]*/
        /*[agents.heartbeat_active_hours , heartbeat_active_hours ]*/ /*[agents.is_system , is_system ]*/
        /*[agents.company_access_level , company_access_level ]*/)
VALUES ($1::uuid, 'clawgw doctor', '', (SELECT id FROM users WHERE is_active ORDER BY created_at, id LIMIT 1), 'openclaw',
        $2::text, 'idle', /*[agents.access_mode*/ 'private', /*]*/ 0, 0, 0, 0, 1000, false, clock_timestamp(), clock_timestamp()
        /*[agents.autonomy_policy , '{}' ]*/ /*[agents.context_window_size , 100 ]*/
        /*[agents.max_tool_rounds , 50 ]*/ /*[agents.max_triggers , 20 ]*/
        /*[agents.min_poll_interval_min , 5 ]*/ /*[agents.webhook_rate_limit , 5 ]*/
        /*[agents.heartbeat_enabled , false ]*/ /*[agents.heartbeat_interval_minutes , 240 ]*/
        /*[agents.heartbeat_active_hours , '09:00-18:00' ]*/ /*[agents.is_system , false ]*/
        /*[agents.company_access_level , 'use' ]*/)
ON CONFLICT (id) DO NOTHING
