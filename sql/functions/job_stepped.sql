-- SPDX-License-Identifier: ISC
-- Trigger on clawgw.jobs: notes what became of a job. With its owner's rights: whoever changes a job need not be able to write steps.
CREATE OR REPLACE FUNCTION clawgw.job_stepped() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    INSERT INTO clawgw.steps (subject_id, step, note)
    VALUES (NEW.id,
            CASE WHEN NEW.state = 'queued' AND OLD.state = 'running' THEN 'put_back'
                 WHEN NEW.state = 'queued' THEN 'queued'
                 WHEN NEW.state = 'running' THEN 'attempt'
                 ELSE NEW.state END,
            CASE NEW.state WHEN 'running' THEN 'attempt ' || NEW.attempts + 1 || ' by ' || coalesce(NEW.lease_owner, '?')
                           WHEN 'done' THEN NULL
                           ELSE NEW.last_error END);
    RETURN NULL;
END
$function$;
