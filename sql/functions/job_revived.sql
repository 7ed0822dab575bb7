-- SPDX-License-Identifier: ISC
-- A dead job that an operator queues again starts from the beginning.
CREATE OR REPLACE FUNCTION clawgw.job_revived() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    NEW.attempts := 0;
    NEW.lost := 0;
    NEW.use_fallback := false;
    NEW.primary_after := NULL;
    NEW.fallback_after := NULL;
    NEW.lease_owner := NULL;
    NEW.lease_until := NULL;
    NEW.finished_at := NULL;
    RETURN NEW;
END
$function$;
