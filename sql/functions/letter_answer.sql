-- SPDX-License-Identifier: ISC
-- What became of a message or a job goes back to whoever wrote it as a letter: `kind` is answer, or notice (that none will come).
-- False: it was no letter, or this was done before.
CREATE OR REPLACE FUNCTION clawgw.letter_answer(received uuid, kind text, words text) RETURNS boolean
LANGUAGE plpgsql
AS $function$
#variable_conflict use_variable
DECLARE
    thread uuid;
BEGIN
    SELECT letters.thread_id INTO thread FROM clawgw.letters WHERE letters.id = received AND letters.direction = 'in';
    IF thread IS NULL THEN
        RETURN false;
    END IF;
    UPDATE clawgw.threads SET last_at = clock_timestamp() WHERE threads.id = thread;
    RETURN clawgw.letter_queue(md5(received::text || '.' || kind)::uuid, thread, received, words);
END
$function$;
