-- SPDX-License-Identifier: ISC
-- Removes a message, a job or a letter that has ended. Returns the state in which it was found, NULL if it is not there; what has not
-- ended is left alone. With its owner's rights: the responders' role can remove nothing else of these.
CREATE OR REPLACE FUNCTION clawgw.ended_purge(subject text, wanted uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    was text;
BEGIN
    CASE subject
    WHEN 'message' THEN
        SELECT status INTO was FROM public.gateway_messages WHERE id = wanted FOR UPDATE;
        DELETE FROM public.gateway_messages
        WHERE id = wanted AND was IN ('completed', 'failed', 'expired', 'cancelled');
    WHEN 'job' THEN
        SELECT state INTO was FROM clawgw.jobs WHERE id = wanted FOR UPDATE;
        DELETE FROM clawgw.jobs WHERE id = wanted AND was IN ('done', 'dead');
    WHEN 'letter' THEN
        SELECT state INTO was FROM clawgw.letters WHERE id = wanted FOR UPDATE;
        DELETE FROM clawgw.letters WHERE id = wanted AND was IN ('sent', 'failed', 'unknown', 'received');
    END CASE;
    RETURN was;
END
$function$;
