-- SPDX-License-Identifier: ISC
-- What a job of somebody who wrote a letter leads to: the answer in the conversation and in a letter, or a letter that says that none
-- will come. The job has the letter's id. True: a letter is to go out.
CREATE OR REPLACE FUNCTION clawgw.letter_tell(letter uuid, row_id uuid, answered boolean, words text) RETURNS boolean
LANGUAGE plpgsql
AS $function$
BEGIN
    IF answered THEN
        PERFORM clawgw.thread_say(letters.thread_id, row_id, true, words) FROM clawgw.letters WHERE letters.id = letter;
    END IF;
    RETURN clawgw.letter_answer(letter, CASE WHEN answered THEN 'answer' ELSE 'notice' END, words);
END
$function$;
