-- SPDX-License-Identifier: ISC
-- Trigger on clawgw.jobs: the head of a lane has ended or was deleted; the next one takes its place. Runs with the rights of
-- schema clawgw's owner: when the platform deletes an agent, its jobs go with it, and this is called as the platform's role.
CREATE OR REPLACE FUNCTION clawgw.job_leaves() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    PERFORM pg_advisory_xact_lock(uuid_hash_extended(OLD.lane, 2));
    UPDATE clawgw.jobs SET head = true
    WHERE id = (SELECT id FROM clawgw.jobs
                WHERE lane = OLD.lane AND state = 'queued' AND NOT head
                ORDER BY seq LIMIT 1
                FOR NO KEY UPDATE);
    RETURN NULL;
END
$function$;
