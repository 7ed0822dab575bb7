-- SPDX-License-Identifier: ISC
-- A mail server says that a letter of a thread did not arrive: the one that it names, or else the last one that was sent within
-- the last week. What waits to be sent has not come back. Returns the letter; NULL if there is none, or it is known to have failed already.
CREATE OR REPLACE FUNCTION clawgw.letter_bounced(thread uuid, externals text[], why text) RETURNS uuid
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
    letter record;
BEGIN
    SELECT id, state INTO letter FROM clawgw.letters
    WHERE external_id = ANY (externals) AND direction = 'out' AND thread_id = thread AND state <> 'queued'
    ORDER BY created_at DESC LIMIT 1;
    IF letter.id IS NULL THEN
        SELECT id, state INTO letter FROM clawgw.letters
        WHERE thread_id = thread AND direction = 'out' AND state <> 'queued' AND created_at > clock_timestamp() - interval '7 days'
        ORDER BY created_at DESC, id DESC LIMIT 1;
    END IF;
    IF letter.id IS NULL OR letter.state = 'failed' THEN
        RETURN NULL;
    END IF;
    PERFORM clawgw.letter_end(letter.id, 'failed', why, NULL, true);
    RETURN letter.id;
END
$function$;
