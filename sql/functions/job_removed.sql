-- SPDX-License-Identifier: ISC
-- Trigger on clawgw.jobs: a job that has not ended goes, mostly with an agent that the platform removes. If that is the one that was
-- to answer, the sender will have to be told (clawgw.removals_tell). The agent's row is not to be seen any more when this is called by
-- its removal; its participant may know its name. Runs with the rights of schema clawgw's owner, as job_leaves does.
CREATE OR REPLACE FUNCTION clawgw.job_removed() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    BEGIN
        INSERT INTO clawgw.removals (id, agent_id, agent_name, tenant_id, sender_agent_id, removed_at)
        VALUES (OLD.id, OLD.target_agent_id,
                coalesce((SELECT name FROM public.agents WHERE agents.id = OLD.target_agent_id),
                         (SELECT display_name FROM public.participants WHERE type = 'agent' AND ref_id = OLD.target_agent_id LIMIT 1)),
                nullif(OLD.tenant_id, '00000000-0000-0000-0000-000000000000'), OLD.source_agent_id, clock_timestamp())
        ON CONFLICT (id) DO NOTHING;
    EXCEPTION WHEN OTHERS THEN
        RAISE WARNING 'clawgw: that a job was removed is not noted: %', SQLERRM;
    END;
    RETURN OLD;
END
$function$;
