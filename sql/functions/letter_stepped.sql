-- SPDX-License-Identifier: ISC
-- Trigger on clawgw.letters: notes what became of a letter. With its owner's rights: whoever changes a letter need not be able to
-- write steps.
CREATE OR REPLACE FUNCTION clawgw.letter_stepped() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    INSERT INTO clawgw.steps (subject_id, step, note) VALUES (NEW.id, NEW.state, NEW.error);
    RETURN NULL;
END
$function$;
