-- SPDX-License-Identifier: ISC
-- Marks the agent seen unless that was done less than seen_interval ago; true if it was written. One that was stopped stays
-- stopped. `relaxed`: nothing else of this transaction matters, so its commit need not wait for the disk; a lost last-seen
-- time harms nobody.
CREATE OR REPLACE FUNCTION clawgw.agent_see(agent_id uuid, seen_interval interval, relaxed boolean) RETURNS boolean
LANGUAGE plpgsql
AS $function$
DECLARE
    written boolean;
BEGIN
    UPDATE public.agents
    SET openclaw_last_seen = clock_timestamp(), status = CASE WHEN status = 'stopped' THEN status ELSE 'running' END
    WHERE id = agent_id
      AND (openclaw_last_seen IS NULL
           OR openclaw_last_seen NOT BETWEEN now() - seen_interval AND now() + interval '1 minute');
    written := FOUND;
    IF written AND relaxed THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    IF written THEN
        -- screens are told once that the agent is there; presence_sweep.sql tells them when it is not any more
        INSERT INTO clawgw.agents_online (agent_id, since) VALUES (agent_see.agent_id, clock_timestamp())
        ON CONFLICT ON CONSTRAINT agents_online_pkey DO NOTHING;
        IF FOUND THEN
            INSERT INTO clawgw.events (kind, tenant_id, agent_id, status)
            SELECT 'agent', agents.tenant_id, agents.id, 'online'
            FROM public.agents
            WHERE agents.id = agent_see.agent_id AND agents.tenant_id IS NOT NULL;
        END IF;
    END IF;
    RETURN written;
END
$function$;
