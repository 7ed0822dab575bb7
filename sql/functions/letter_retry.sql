-- SPDX-License-Identifier: ISC
-- An operator has a letter to a person sent again that failed, or of which nobody knows. Returns the state in which it was found, NULL
-- if it is not there; only failed, unknown and queued ones are changed. One that a program was sending that is gone counts as unknown.
CREATE OR REPLACE FUNCTION clawgw.letter_retry(letter uuid) RETURNS text
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
    it record;
BEGIN
    SELECT state, thread_id, sending_at INTO it FROM clawgw.letters WHERE id = letter AND direction = 'out' FOR UPDATE;
    IF it.state = 'sending' AND it.sending_at < clock_timestamp() - interval '5 minutes'
       AND NOT EXISTS (SELECT FROM clawgw.jobs WHERE id = letter AND state IN ('queued', 'running')) THEN
        it.state := 'unknown';
    END IF;
    IF it.state IN ('failed', 'unknown', 'queued') THEN
        UPDATE clawgw.letters SET state = 'queued', sending_at = NULL, finished_at = NULL WHERE id = letter;
        UPDATE clawgw.jobs SET state = 'queued', run_at = clock_timestamp(), attempts = 0, finished_at = NULL, lease_owner = NULL,
                               lease_until = NULL, queued_at = clock_timestamp()
        WHERE id = letter AND state IN ('dead', 'done', 'queued');
        IF NOT FOUND THEN
            INSERT INTO clawgw.jobs (id, kind, source_agent_id, subject_id, lane, resource_id, content)
            SELECT letter, 'letter', threads.agent_id, letter, threads.id, clawgw.letter_resource(threads.channel), ''
            FROM clawgw.threads WHERE threads.id = it.thread_id
            ON CONFLICT (id) DO NOTHING;
        END IF;
    END IF;
    RETURN it.state;
END
$function$;
