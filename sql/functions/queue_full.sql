-- SPDX-License-Identifier: ISC
-- Whether so much waits that nothing more is taken: 'sender' (from this sender for this target), 'target', 'organisation', or
-- NULL. `native`: the target is one. The organisation's count is made by the worker, and believed for five minutes.
CREATE OR REPLACE FUNCTION clawgw.queue_full(native boolean, sender uuid, target uuid, tenant uuid, max_from bigint,
    max_target bigint, max_tenant bigint) RETURNS text
LANGUAGE plpgsql
AS $function$
DECLARE
    few CONSTANT bigint := least(max_from, max_target, 50);
BEGIN
    -- what waits for the target, from whomever, is mostly less than any limit: then nothing has to be counted
    IF native THEN
        PERFORM FROM clawgw.jobs WHERE target_agent_id BETWEEN target AND target AND state = 'queued'
        ORDER BY target_agent_id, source_agent_id LIMIT 1 OFFSET few - 1;
    ELSE
        PERFORM FROM public.gateway_messages WHERE agent_id = target AND status = 'pending' LIMIT 1 OFFSET few - 1;
    END IF;
    IF FOUND THEN
        IF clawgw.queue_length(native, target, sender, md5(sender::text || target)::uuid, max_from) >= max_from THEN
            RETURN 'sender';
        ELSIF clawgw.queue_length(native, target, NULL, target, max_target) >= max_target THEN
            RETURN 'target';
        END IF;
    END IF;
    PERFORM FROM clawgw.backlogs
    WHERE id = tenant AND waiting >= max_tenant AND counted_at > clock_timestamp() - interval '5 minutes';
    IF FOUND THEN
        RETURN 'organisation';
    END IF;
    RETURN NULL;
END
$function$;
