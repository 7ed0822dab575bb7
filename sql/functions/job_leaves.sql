-- SPDX-License-Identifier: ISC
-- Trigger on clawgw.jobs: the head of a lane has ended or was deleted; the next one takes its place.
CREATE OR REPLACE FUNCTION clawgw.job_leaves() RETURNS trigger
LANGUAGE plpgsql
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
