-- SPDX-License-Identifier: ISC
-- The pair's row is locked first and the jobs are read by a statement of their own after that: whoever else changes jobs
-- of the pair has then either committed, and is seen, or waits for this lock.
CREATE OR REPLACE FUNCTION clawgw.pair_refresh(pair_lo uuid, pair_hi uuid) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    PERFORM FROM clawgw.pairs WHERE lo = pair_refresh.pair_lo AND hi = pair_refresh.pair_hi FOR NO KEY UPDATE;
    UPDATE clawgw.pairs
    SET next_at = CASE WHEN NOT EXISTS (
                      SELECT FROM clawgw.jobs
                      WHERE jobs.pair_lo = pair_refresh.pair_lo AND jobs.pair_hi = pair_refresh.pair_hi
                        AND state = 'running')
                  THEN (SELECT run_at FROM clawgw.jobs
                        WHERE jobs.pair_lo = pair_refresh.pair_lo AND jobs.pair_hi = pair_refresh.pair_hi
                          AND state = 'queued'
                        ORDER BY seq LIMIT 1) END
    WHERE lo = pair_refresh.pair_lo AND hi = pair_refresh.pair_hi;
END
$function$;
