-- SPDX-License-Identifier: ISC
-- The end of what clawgw.letter_attempt() began. What was not sent was not said.
CREATE OR REPLACE FUNCTION clawgw.letter_attempted(letter uuid, outcome text, why text, external text) RETURNS void
LANGUAGE plpgsql
AS $function$
BEGIN
    PERFORM clawgw.letter_end(letter, outcome, why, external, false);
    IF outcome = 'failed' THEN
        DELETE FROM public.chat_messages WHERE id = letter;
    END IF;
END
$function$;
