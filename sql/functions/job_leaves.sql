-- SPDX-License-Identifier: ISC
-- Trigger on clawgw.jobs: the head of a lane has ended or was deleted; the next one takes its place. Runs with the rights of
-- schema clawgw's owner: when the platform deletes an agent, its jobs go with it, and this is called as the platform's role.
--
-- All lock the job's row first, then its lane. So with the lane locked nobody's row is waited for: who has the next one's may be reviving
-- it, which wants the lane. It is looked for anew instead, a moment later, when it has either ended or is free.
CREATE OR REPLACE FUNCTION clawgw.job_leaves() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    next_id uuid;
BEGIN
    PERFORM pg_advisory_xact_lock(uuid_hash_extended(OLD.lane, 2));
    LOOP
        SELECT id INTO next_id FROM clawgw.jobs
        WHERE lane = OLD.lane AND state = 'queued' AND NOT head
        ORDER BY seq LIMIT 1;
        EXIT WHEN next_id IS NULL;
        PERFORM FROM clawgw.jobs WHERE id = next_id AND state = 'queued' AND NOT head FOR NO KEY UPDATE SKIP LOCKED;
        IF FOUND THEN
            UPDATE clawgw.jobs SET head = true WHERE id = next_id;
            EXIT;
        END IF;
        PERFORM pg_sleep(0.001);
    END LOOP;
    RETURN NULL;
END
$function$;
