-- SPDX-License-Identifier: ISC
-- The ids of an organisation's first agents by their names, read from the index that has them in this order, and no more of it: a plan
-- that was made while the table was small would rather read all agents by another index and sort them.
CREATE OR REPLACE FUNCTION clawgw.agents_by_name(of_tenant uuid, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 10
SET enable_sort = off
SET enable_bitmapscan = off
AS $function$
BEGIN
    RETURN QUERY SELECT id FROM public.agents WHERE tenant_id = of_tenant ORDER BY name LIMIT most;
END
$function$;
