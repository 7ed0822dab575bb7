-- SPDX-License-Identifier: ISC
-- The name of the person whose letter a message is; NULL if it is none.
CREATE OR REPLACE FUNCTION clawgw.letter_writer(message uuid) RETURNS text
LANGUAGE plpgsql STABLE
AS $function$
BEGIN
    RETURN (SELECT member.name
            FROM clawgw.letters
            JOIN clawgw.threads ON threads.id = letters.thread_id
            JOIN public.org_members member ON member.id = threads.member_id
            WHERE letters.id = message AND letters.direction = 'in');
END
$function$;
