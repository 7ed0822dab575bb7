-- SPDX-License-Identifier: ISC
-- An agent writes to a person, and whoever asks for it delivers the letter himself, now.
CREATE OR REPLACE FUNCTION clawgw.letter_attempt(letter uuid, agent uuid, member uuid, by_channel text, at_place text, about text,
    words text, external text) RETURNS uuid
LANGUAGE plpgsql
AS $function$
DECLARE
    thread uuid := clawgw.thread_open(letter, agent, member, by_channel, at_place, about);
BEGIN
    PERFORM clawgw.thread_say(thread, letter, true, words);
    INSERT INTO clawgw.letters (id, thread_id, direction, state, external_id, content, sending_at)
    VALUES (letter, thread, 'out', 'sending', external, words, clock_timestamp())
    ON CONFLICT (id) DO NOTHING;
    RETURN thread;
END
$function$;
