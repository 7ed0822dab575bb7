-- SPDX-License-Identifier: ISC
-- What a job (a row of clawgw.jobs) waits for, in words for an operator; NULL if it has ended. The one place that says so.
CREATE OR REPLACE FUNCTION clawgw.job_waits_for(job anyelement) RETURNS text
LANGUAGE plpgsql STABLE
AS $function$
DECLARE
    first record;
    alive CONSTANT boolean := EXISTS (SELECT FROM clawgw.workers WHERE seen_until > clock_timestamp());
    usable boolean;
BEGIN
    IF job.state = 'running' AND job.lease_until > clock_timestamp() THEN
        RETURN format('%s, by worker %s until %s at least',
                      CASE job.kind WHEN 'letter' THEN 'the channel' ELSE 'an answer of the model' END, job.lease_owner,
                      to_char(job.lease_until AT TIME ZONE 'UTC', 'HH24:MI:SS"Z"'));
    ELSIF job.state = 'running' THEN
        RETURN 'a worker: the one that had it, ' || coalesce(job.lease_owner, 'unknown') || ', is gone'
               || CASE WHEN alive THEN '' ELSE ', and no worker is alive' END;
    ELSIF job.state <> 'queued' THEN
        RETURN NULL;
    ELSIF NOT job.head THEN
        SELECT id, state INTO first FROM clawgw.jobs
        WHERE lane = job.lane AND head AND state IN ('queued', 'running');
        RETURN format('job %s, which is %s and comes first in the same conversation', coalesce(first.id::text, '?'),
                      coalesce(first.state, 'gone'));
    ELSIF job.run_at > clock_timestamp() THEN
        RETURN format('its time, %s%s', to_char(job.run_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                      coalesce(', because attempt ' || nullif(job.attempts, 0) || ' failed: ' || job.last_error, ''));
    ELSIF NOT alive THEN
        RETURN 'a worker: none is alive';
    END IF;
    IF job.kind <> 'letter' THEN
        SELECT bool_or(model.usable) INTO usable FROM clawgw.agent_models(job.target_agent_id) model;
        IF usable IS NOT TRUE THEN
            RETURN 'a worker, which will end it: the agent has no model that is enabled';
        END IF;
    END IF;
    RETURN 'a worker that has room';
END
$function$;
