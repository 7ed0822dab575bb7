-- SPDX-License-Identifier: ISC
-- How many messages (jobs, if `native`) wait for a target, from one sender (an agent or a person) or (NULL) from all; `maximum` if there are more. Up to
-- 50 are counted each time. More are counted once a second, by whoever comes first, and remembered under `key`: so a long
-- queue may grow past its limit by what comes in a second, and nobody counts it with every message.
CREATE OR REPLACE FUNCTION clawgw.queue_length(native boolean, target uuid, sender uuid, key uuid, maximum bigint)
RETURNS bigint
LANGUAGE plpgsql
AS $function$
DECLARE
    steps bigint[] := ARRAY[least(maximum, 50), maximum];
    counted bigint;
    known record;
BEGIN
    FOR step IN 1..2 LOOP
        IF native AND sender IS NULL THEN
            -- by ranges and in the order of the index that has them: any other would be read with all the letters that wait
            SELECT count(*) INTO counted
            FROM (SELECT FROM clawgw.jobs WHERE target_agent_id BETWEEN target AND target AND state = 'queued'
                  ORDER BY target_agent_id, source_agent_id LIMIT steps[step]) waiting;
        ELSIF native THEN
            SELECT count(*) INTO counted
            FROM ((SELECT 1 FROM clawgw.jobs
                   WHERE (target_agent_id, source_agent_id) >= (target, sender)
                     AND (target_agent_id, source_agent_id) <= (target, sender) AND state = 'queued'
                   ORDER BY target_agent_id, source_agent_id LIMIT steps[step])
                  UNION ALL
                  SELECT 1 FROM clawgw.jobs
                  WHERE target_agent_id = target AND source_user_id = sender AND source_agent_id IS NULL AND state = 'queued'
                  LIMIT steps[step]) waiting;
        ELSIF sender IS NULL THEN
            SELECT count(*) INTO counted
            FROM (SELECT FROM public.gateway_messages WHERE agent_id = target AND status = 'pending'
                  LIMIT steps[step]) waiting;
        ELSE
            SELECT count(*) INTO counted
            FROM (SELECT FROM public.gateway_messages
                  WHERE agent_id = target AND status = 'pending'
                    AND coalesce(sender_agent_id, sender_user_id, '00000000-0000-0000-0000-000000000000'::uuid) = sender
                  LIMIT steps[step]) waiting;
        END IF;
        IF step = 2 THEN
            INSERT INTO clawgw.backlogs (id, waiting, counted_at) VALUES (key, counted, clock_timestamp())
            ON CONFLICT (id) DO UPDATE SET waiting = EXCLUDED.waiting, counted_at = EXCLUDED.counted_at;
        END IF;
        EXIT WHEN counted < steps[1] OR steps[1] = maximum;
        IF step = 1 THEN
            SELECT waiting, counted_at INTO known FROM clawgw.backlogs WHERE id = key;
            -- of several that come at once, one counts
            IF known.counted_at > clock_timestamp() - interval '1 second'
               OR NOT pg_try_advisory_xact_lock(1129071427, hashtext(key::text)) THEN -- "CLGC"
                RETURN coalesce(known.waiting, counted);
            END IF;
        END IF;
    END LOOP;
    RETURN counted;
END
$function$;
