-- SPDX-License-Identifier: ISC
-- Marks the agent seen unless that was done less than seen_interval ago; true if it was written. `relaxed`: nothing else of
-- this transaction matters, so its commit need not wait for the disk; a lost last-seen time harms nobody.
CREATE OR REPLACE FUNCTION clawgw.agent_see(agent_id uuid, seen_interval interval, relaxed boolean) RETURNS boolean
LANGUAGE plpgsql
AS $function$
BEGIN
    UPDATE public.agents SET openclaw_last_seen = clock_timestamp(), status = 'running'
    WHERE id = agent_id
      AND (openclaw_last_seen IS NULL
           OR openclaw_last_seen NOT BETWEEN now() - seen_interval AND now() + interval '1 minute');
    IF FOUND AND relaxed THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    RETURN FOUND;
END
$function$;
