-- SPDX-License-Identifier: ISC
-- What stands before the @ in the address of an agent: its name, folded, with hyphens for whatever is no letter and no digit.
CREATE OR REPLACE FUNCTION clawgw.letter_slug(name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $function$
BEGIN
    RETURN trim('-' FROM regexp_replace(clawgw.name_key(name), '[^[:alnum:]]+', '-', 'g'));
END
$function$;
