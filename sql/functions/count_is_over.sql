-- SPDX-License-Identifier: ISC
-- Whether a count that began at `since` is over: a new day (or month) has begun. An unknown beginning counts as today.
CREATE OR REPLACE FUNCTION clawgw.count_is_over(since timestamptz, unit text, zone text) RETURNS boolean
LANGUAGE sql STABLE
AS $function$
    SELECT coalesce(date_trunc(unit, clawgw.local_time(since, zone)) < date_trunc(unit, clawgw.local_time(now(), zone)), false)
$function$;
