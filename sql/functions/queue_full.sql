-- SPDX-License-Identifier: ISC
-- Whether so much waits that nothing more is taken: 'sender' (from this sender for this target), 'target', 'organisation', or
-- NULL. `native`: the target is one. The organisation's count is made by the worker, and believed for five minutes.
CREATE OR REPLACE FUNCTION clawgw.queue_full(native boolean, sender uuid, target uuid, tenant uuid, max_from bigint,
    max_target bigint, max_tenant bigint) RETURNS text
LANGUAGE plpgsql
AS $function$
BEGIN
    RETURN CASE
        WHEN clawgw.queue_length(native, target, sender, md5(sender::text || target)::uuid, max_from) >= max_from THEN 'sender'
        WHEN clawgw.queue_length(native, target, NULL, target, max_target) >= max_target THEN 'target'
        WHEN EXISTS (SELECT FROM clawgw.backlogs
                     WHERE id = tenant AND waiting >= max_tenant AND counted_at > clock_timestamp() - interval '5 minutes')
            THEN 'organisation'
    END;
END
$function$;
