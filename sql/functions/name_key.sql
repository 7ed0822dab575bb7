-- SPDX-License-Identifier: ISC
-- How names are compared: by what a reader takes for the same name.
--
-- Under NFKC (a letter with its accent is one character or two; full width is as good as half) and case folding (Unicode,
-- 3.13, R5, toNFKC_Casefold), without characters that show nothing (Default_Ignorable_Code_Point: zero width, direction marks,
-- soft hyphens, variation selectors, a byte order mark), blanks of any kind and number being one blank. PostgreSQL has no case
-- folding before version 18: lower case of upper case of lower case is that, but for the dotless i (U+0131, which only
-- Turkish takes for another letter; it is kept out of the way as U+F131) and the final sigma.
--
-- An index is made of it, so what it returns for a name must never change: another way to compare is another function.
CREATE OR REPLACE FUNCTION clawgw.name_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $function$
SELECT pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.normalize(pg_catalog.translate(
           pg_catalog.lower(pg_catalog.upper(pg_catalog.lower(pg_catalog.translate(
               pg_catalog.normalize(pg_catalog.regexp_replace(pg_catalog.normalize(name, 'NFKC'),
                   U&'[\00AD\034F\061C\115F\1160\17B4\17B5\180B-\180F\200B-\200F\202A-\202E\2060-\206F\FE00-\FE0F\FEFF\FFF0-\FFF8\+01BCA0-\+01BCA3\+01D173-\+01D17A\+0E0000-\+0E0FFF]',
                   '', 'g'), 'NFKC'),
               U&'\0131', U&'\F131')
               COLLATE pg_catalog."und-x-icu") COLLATE pg_catalog."und-x-icu") COLLATE pg_catalog."und-x-icu"),
           U&'\03C2', U&'\03C3'), 'NFKC'), '\s+', ' ', 'g'))
$function$;
