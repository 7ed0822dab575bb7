-- SPDX-License-Identifier: ISC
-- Since when the gateway works on the platform's own tables: messages from before are neither handed out a second time nor ended there,
-- and none is removed. Minus infinity where the tables are the gateway's own.
-- (Not in SQL: a function with a subquery in it is not put in its caller's place, and would be parsed and planned with each call.)
CREATE OR REPLACE FUNCTION clawgw.adopted_at() RETURNS timestamptz
LANGUAGE plpgsql STABLE
AS $function$
BEGIN
    RETURN coalesce((SELECT applied_at FROM clawgw.migrations WHERE version = 1 AND name = 'adopted'), '-infinity');
END
$function$;
