-- SPDX-License-Identifier: ISC
-- Notes what time it is, and mends what a clock that was set back leaves behind: leases and pauses that were written before would last
-- longer by as much. (Set forward, leases end early, which they may at any time.) What is as far in the future as only the old clock can
-- have written it is moved; what somebody has renewed since is not.
--
-- `job_lease`: the workers' own. Returns by how many microseconds the clock was set back since the last call, 0 if it was not: less than
-- a minute, or than twice the lease, is waited for.
CREATE OR REPLACE FUNCTION clawgw.clock_follow(job_lease interval) RETURNS bigint
LANGUAGE plpgsql
AS $function$
DECLARE
    before timestamptz;
    present timestamptz;
    back interval;
BEGIN
    -- one worker at a time: the next one sees what this one noted
    SELECT seen_at INTO before FROM clawgw.clock FOR UPDATE;
    present := clock_timestamp();
    UPDATE clawgw.clock SET seen_at = present;
    back := before - present;
    IF back IS NULL OR back < interval '1 minute' OR back < 2 * job_lease THEN
        RETURN 0;
    END IF;
    -- of those that run, too: whoever loses one waits until then
    UPDATE clawgw.jobs SET run_at = run_at - back
    WHERE state IN ('queued', 'running') AND run_at > present AND run_at <> 'infinity';
    UPDATE clawgw.jobs SET primary_after = primary_after - back
    WHERE state IN ('queued', 'running') AND primary_after >= before AND primary_after <> 'infinity';
    UPDATE clawgw.jobs SET fallback_after = fallback_after - back
    WHERE state IN ('queued', 'running') AND fallback_after >= before AND fallback_after <> 'infinity';
    UPDATE clawgw.jobs SET lease_until = lease_until - back WHERE state = 'running' AND lease_until >= before;
    UPDATE clawgw.handouts SET handed_at = present WHERE handed_at > present;
    UPDATE public.gateway_messages SET delivered_at = present WHERE status = 'delivered' AND delivered_at > present;
    UPDATE clawgw.idempotency_keys SET busy_until = busy_until - back WHERE state = 'running' AND busy_until >= before;
    UPDATE clawgw.feishu_tokens SET refreshing_until = refreshing_until - back WHERE refreshing_until >= before;
    UPDATE clawgw.workers SET seen_until = seen_until - back WHERE seen_until >= before;
    RETURN (extract(epoch FROM back) * 1000000)::bigint;
END
$function$;
