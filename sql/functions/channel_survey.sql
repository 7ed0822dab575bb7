-- SPDX-License-Identifier: ISC
-- Agents' channels to people, as an administrator looks after them. With its owner's rights, because the table holds secrets; none is here.
CREATE OR REPLACE FUNCTION clawgw.channel_survey(actor uuid, only_tenant uuid, most integer)
RETURNS TABLE (id uuid, type text, agent text, agent_id uuid, tenant text, app_id text, configured boolean, connected boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT config.id, config.channel_type::text, agent.name::text, agent.id, owner.name::text, config.app_id::text,
           config.is_configured, config.is_connected
    FROM clawgw.operator_rank(actor) me
    JOIN public.agents agent ON me.rank = 2 OR me.rank = 1 AND agent.tenant_id = me.tenant
    JOIN public.channel_configs config ON config.agent_id = agent.id
    LEFT JOIN public.tenants owner ON owner.id = agent.tenant_id
    WHERE only_tenant IS NULL OR agent.tenant_id = only_tenant
    ORDER BY agent.name, config.id
    LIMIT most
$function$;
