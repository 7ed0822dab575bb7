-- SPDX-License-Identifier: ISC
-- The Feishu app of an agent, for what Feishu tells us: its own row only, since the agent stands in the webhook's address. It reads with
-- its owner's rights, so that responders need none on the table of secrets.
CREATE OR REPLACE FUNCTION clawgw.channel_hook(agent uuid, OUT app_id text, OUT encrypt_key text, OUT verification_token text,
    OUT extra_config text, OUT agent_name text)
RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT config.app_id::text, config.encrypt_key::text, config.verification_token::text,
           CASE WHEN octet_length(config.extra_config::text) <= 65536 THEN config.extra_config::text END, found.name::text
    FROM (SELECT id, name FROM public.agents WHERE id = $1 /*[agents.deleted_at*/ AND deleted_at IS NULL /*]*/) found
    CROSS JOIN LATERAL (
        SELECT app_id, encrypt_key, verification_token, extra_config
        FROM public.channel_configs
        WHERE agent_id = found.id AND channel_type = 'feishu'
        LIMIT 1
    ) config
$function$;
