-- SPDX-License-Identifier: ISC
-- Pairs of neighbouring characters of scripts that put no blanks between words (Chinese, Japanese, Korean: U+2E80 to U+FEFF, and
-- from U+20000), as numbers that differ from person to person: what the search for such words goes by, which are often of two characters,
-- too short for trigrams. Of a long text the first 32,768 characters count.
--
-- An index is made of it, so what it returns for a text must never change: another way is another function.
CREATE OR REPLACE FUNCTION clawgw.word_pairs(person_id uuid, words text) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT coalesce(pg_catalog.array_agg(DISTINCT (pair.first << 21 | pair.second) # pair.person), '{}')
    FROM (SELECT pg_catalog.ascii(c)::bigint AS first,
                 pg_catalog.lead(pg_catalog.ascii(c)::bigint) OVER (ORDER BY n) AS second,
                 ('x' || pg_catalog.right(pg_catalog.replace(person_id::text, '-', ''), 15))::bit(60)::bigint AS person
          FROM pg_catalog.unnest(pg_catalog.string_to_array(pg_catalog.left(words, 32768), NULL)) WITH ORDINALITY AS t (c, n)) pair
    WHERE pair.person IS NOT NULL AND (pair.first BETWEEN 11904 AND 65279 OR pair.first >= 131072)
      AND (pair.second BETWEEN 11904 AND 65279 OR pair.second >= 131072)
$function$;
