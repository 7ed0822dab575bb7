-- SPDX-License-Identifier: ISC
-- Trigger on clawgw.jobs: a job that had ended and is queued again starts from the beginning, at its place in the lane.
CREATE OR REPLACE FUNCTION clawgw.job_revived() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    NEW.attempts := 0;
    NEW.wasted := 0;
    NEW.lost := 0;
    NEW.use_fallback := false;
    NEW.primary_after := NULL;
    NEW.fallback_after := NULL;
    NEW.lease_owner := NULL;
    NEW.lease_until := NULL;
    NEW.finished_at := NULL;
    NEW.ended_as := NULL;
    NEW.queued_at := clock_timestamp();
    IF NEW.lane IS NULL THEN
        NEW.lane := clawgw.job_lane(NEW.source_agent_id, NEW.target_agent_id, NEW.conversation_id, NEW.id);
        SELECT coalesce(tenant_id, '00000000-0000-0000-0000-000000000000'),
               coalesce(primary_model_id, '00000000-0000-0000-0000-000000000000')
        INTO NEW.tenant_id, NEW.resource_id
        FROM public.agents WHERE id = NEW.target_agent_id;
    END IF;
    PERFORM pg_advisory_xact_lock(uuid_hash_extended(NEW.lane, 2));
    NEW.head := NOT EXISTS (SELECT FROM clawgw.jobs WHERE lane = NEW.lane AND head AND state IN ('queued', 'running'));
    RETURN NEW;
END
$function$;
