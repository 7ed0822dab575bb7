-- SPDX-License-Identifier: ISC
-- A new organisation. `outcome`: added, slug (taken), timezone (unknown).
-- $1 uuid: id   $2 text: name   $3 text: slug   $4 text: time zone
-- May be repeated: the caller made the ids, and a row that is there stays.
WITH zone AS MATERIALIZED (
    SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = $4::text) AS known
), added AS (
    INSERT INTO tenants (id, name, slug, timezone, is_active, created_at
        -- what only the platform has; as it fills a new organisation of its own (any messenger will do: none is configured)
        /*[tenants.im_provider , im_provider ]*/ /*[tenants.default_message_limit , default_message_limit ]*/
        /*[tenants.default_message_period , default_message_period ]*/ /*[tenants.default_max_agents , default_max_agents ]*/
        /*[tenants.default_agent_ttl_hours , default_agent_ttl_hours ]*/
        /*[tenants.default_max_llm_calls_per_day , default_max_llm_calls_per_day ]*/
        /*[tenants.min_heartbeat_interval_minutes , min_heartbeat_interval_minutes ]*/
        /*[tenants.sso_enabled , sso_enabled ]*/ /*[tenants.default_max_triggers , default_max_triggers ]*/
        /*[tenants.min_poll_interval_floor , min_poll_interval_floor ]*/
        /*[tenants.max_webhook_rate_ceiling , max_webhook_rate_ceiling ]*/ /*[tenants.a2a_async_enabled , a2a_async_enabled ]*/
        /*[tenants.country_region , country_region ]*/)
    SELECT $1::uuid, $2::text, $3::text, $4::text, true, clock_timestamp()
        /*[tenants.im_provider , enum_last(NULL::im_provider_enum) ]*/ /*[tenants.default_message_limit , 50 ]*/
        /*[tenants.default_message_period , 'permanent' ]*/ /*[tenants.default_max_agents , 2 ]*/
        /*[tenants.default_agent_ttl_hours , 0 ]*/
        /*[tenants.default_max_llm_calls_per_day , 1000 ]*/
        /*[tenants.min_heartbeat_interval_minutes , 120 ]*/
        /*[tenants.sso_enabled , false ]*/ /*[tenants.default_max_triggers , 20 ]*/
        /*[tenants.min_poll_interval_floor , 5 ]*/
        /*[tenants.max_webhook_rate_ceiling , 5 ]*/ /*[tenants.a2a_async_enabled , true ]*/
        /*[tenants.country_region , '001' ]*/
    FROM zone WHERE known
    ON CONFLICT DO NOTHING
    RETURNING true AS mine
)
SELECT CASE
           WHEN NOT known THEN 'timezone'
           WHEN EXISTS (SELECT FROM added) OR EXISTS (SELECT FROM tenants WHERE id = $1::uuid) THEN 'added'
           ELSE 'slug'
       END AS outcome
FROM zone
