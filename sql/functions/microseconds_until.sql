-- SPDX-License-Identifier: ISC
-- Microseconds from now, 0 for what is past; the largest number for infinity; NULL for NULL.
CREATE OR REPLACE FUNCTION clawgw.microseconds_until(at timestamptz) RETURNS bigint
LANGUAGE sql
AS $function$
    SELECT CASE WHEN at IS NULL THEN NULL -- greatest() would pass it over
                WHEN at = 'infinity' THEN 9223372036854775807
                ELSE greatest((extract(epoch FROM at - clock_timestamp()) * 1000000)::bigint, 0) END
$function$;
