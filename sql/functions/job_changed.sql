-- SPDX-License-Identifier: ISC
-- Keeps clawgw.pairs right whatever changes the jobs.
CREATE OR REPLACE FUNCTION clawgw.job_changed() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN
        INSERT INTO clawgw.pairs (lo, hi) VALUES (NEW.pair_lo, NEW.pair_hi) ON CONFLICT (lo, hi) DO NOTHING;
        PERFORM clawgw.pair_refresh(NEW.pair_lo, NEW.pair_hi);
    WHEN 'UPDATE' THEN
        PERFORM clawgw.pair_refresh(NEW.pair_lo, NEW.pair_hi);
    WHEN 'DELETE' THEN
        PERFORM clawgw.pair_refresh(OLD.pair_lo, OLD.pair_hi);
    WHEN 'TRUNCATE' THEN
        DELETE FROM clawgw.pairs;
    END CASE;
    RETURN NULL;
END
$function$;
