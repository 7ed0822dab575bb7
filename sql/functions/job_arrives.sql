-- SPDX-License-Identifier: ISC
-- Trigger on clawgw.jobs: completes a new job and finds its place. The lane is locked first and looked at by a statement of
-- its own after that: whoever else changes the lane has then either committed, and is seen, or waits for this lock.
CREATE OR REPLACE FUNCTION clawgw.job_arrives() RETURNS trigger
LANGUAGE plpgsql
AS $function$
DECLARE
    nobody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    agent record;
BEGIN
    IF NEW.lane IS NULL THEN
        NEW.lane := clawgw.job_lane(NEW.source_agent_id, NEW.target_agent_id, NEW.conversation_id, NEW.id);
    END IF;
    IF NEW.tenant_id IS NULL OR NEW.resource_id IS NULL THEN
        SELECT tenant_id, primary_model_id INTO agent
        FROM public.agents WHERE id = coalesce(NEW.target_agent_id, NEW.source_agent_id);
        NEW.tenant_id := coalesce(NEW.tenant_id, agent.tenant_id, nobody);
        NEW.resource_id := coalesce(NEW.resource_id,
                                    CASE WHEN NEW.target_agent_id IS NOT NULL THEN agent.primary_model_id END, nobody);
    END IF;
    IF NEW.state IN ('queued', 'running') THEN
        PERFORM pg_advisory_xact_lock(uuid_hash_extended(NEW.lane, 2));
        NEW.head := NOT EXISTS (SELECT FROM clawgw.jobs WHERE lane = NEW.lane AND head AND state IN ('queued', 'running'));
    END IF;
    RETURN NEW;
END
$function$;
