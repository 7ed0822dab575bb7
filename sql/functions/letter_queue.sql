-- SPDX-License-Identifier: ISC
-- Writes a letter from an agent to the person of a thread, and the job that delivers it. Letters of a thread go out one after
-- another. False: it was there already. With its owner's rights: a worker may queue letters, and no other jobs.
CREATE OR REPLACE FUNCTION clawgw.letter_queue(letter uuid, thread uuid, answered uuid, words text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    made boolean;
BEGIN
    INSERT INTO clawgw.letters (id, thread_id, direction, state, answers, content)
    VALUES (letter, thread, 'out', 'queued', answered, words)
    ON CONFLICT (id) DO NOTHING;
    made := FOUND;
    IF made THEN
        INSERT INTO clawgw.jobs (id, kind, source_agent_id, subject_id, lane, resource_id, content)
        SELECT letter, 'letter', threads.agent_id, letter, thread, clawgw.letter_resource(threads.channel), ''
        FROM clawgw.threads WHERE threads.id = thread
        ON CONFLICT (id) DO NOTHING;
    END IF;
    RETURN made;
END
$function$;
