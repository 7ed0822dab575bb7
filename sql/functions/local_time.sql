-- SPDX-License-Identifier: ISC
-- The wall clock of a tenant. A time zone that nobody knows counts as UTC.
CREATE OR REPLACE FUNCTION clawgw.local_time(at timestamptz, zone text) RETURNS timestamp
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN at AT TIME ZONE coalesce(zone, 'UTC');
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN at AT TIME ZONE 'UTC';
END
$function$;
