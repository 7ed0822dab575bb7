-- SPDX-License-Identifier: ISC
-- Since when the gateway works on the platform's own tables: messages from before are neither handed out a second time nor ended there,
-- and none is removed. Minus infinity where the tables are the gateway's own.
CREATE OR REPLACE FUNCTION clawgw.adopted_at() RETURNS timestamptz
LANGUAGE sql STABLE
AS $function$
    SELECT coalesce((SELECT applied_at FROM clawgw.migrations WHERE version = 1 AND name = 'adopted'), '-infinity')
$function$;
