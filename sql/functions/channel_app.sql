-- SPDX-License-Identifier: ISC
-- The Feishu app that an agent writes with: its own, else the oldest one of its tenant. A row without id or secret is not
-- configured, and that of a deleted agent went with it. It reads with its owner's rights, so that responders need none on the table of
-- secrets.
CREATE OR REPLACE FUNCTION clawgw.channel_app(agent uuid, OUT app_id text, OUT app_secret text, OUT extra_config text)
RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    WITH own AS MATERIALIZED (
        SELECT app_id, app_secret, extra_config
        FROM public.channel_configs
        WHERE agent_id = $1 AND channel_type = 'feishu' AND app_id <> '' AND app_secret <> ''
    ), shared AS MATERIALIZED (
        SELECT config.app_id, config.app_secret, config.extra_config
        FROM public.agents colleague
        -- with a limit, rows are looked up agent by agent, whatever the planner knew of the tables
        CROSS JOIN LATERAL (
            SELECT id, app_id, app_secret, extra_config, created_at
            FROM public.channel_configs
            WHERE agent_id = colleague.id AND channel_type = 'feishu' AND app_id <> '' AND app_secret <> ''
            LIMIT 1
        ) config
        WHERE colleague.tenant_id = (SELECT tenant_id FROM public.agents WHERE id = $1)
          /*[agents.deleted_at*/ AND coalesce(colleague.deleted_at, 'infinity') = 'infinity' /*]*/
          AND NOT EXISTS (SELECT FROM own)
        ORDER BY config.created_at, config.id
        LIMIT 1
    ), found AS (
        SELECT * FROM own UNION ALL SELECT * FROM shared
    )
    -- json may hold what text cannot (\u0000), so it is read elsewhere
    SELECT found.app_id::text, found.app_secret::text,
           CASE WHEN octet_length(found.extra_config::text) <= 65536 THEN found.extra_config::text END
    FROM found
$function$;
