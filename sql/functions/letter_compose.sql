-- SPDX-License-Identifier: ISC
-- An agent writes to a person, to be delivered by a worker.
CREATE OR REPLACE FUNCTION clawgw.letter_compose(letter uuid, agent uuid, member uuid, by_channel text, at_place text, about text,
    words text) RETURNS boolean
LANGUAGE plpgsql
AS $function$
DECLARE
    thread uuid := clawgw.thread_open(letter, agent, member, by_channel, at_place, about);
BEGIN
    PERFORM clawgw.thread_say(thread, letter, true, words);
    RETURN clawgw.letter_queue(letter, thread, NULL, words);
END
$function$;
