-- SPDX-License-Identifier: ISC
-- What a job that delivers a letter uses: a share of the threads that a worker has for this channel. src/worker/claim.c knows the
-- same ids.
CREATE OR REPLACE FUNCTION clawgw.letter_resource(channel text) RETURNS uuid
LANGUAGE sql IMMUTABLE
AS $function$
    SELECT CASE channel WHEN 'email' THEN '6c657474-6572-4000-8000-000000000001'::uuid
                        ELSE '6c657474-6572-4000-8000-000000000002'::uuid END
$function$;
