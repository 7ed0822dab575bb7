-- SPDX-License-Identifier: ISC
-- Which of the optional tables and columns of the platform are not here: their names, each followed by a newline.
-- $1 text: names (text[]), each table or table.column
-- May be repeated: it only reads.
SELECT coalesce(string_agg(name || E'\n', '' ORDER BY name), '') AS missing
FROM unnest($1::text::text[]) AS wanted(name)
WHERE NOT CASE
    WHEN strpos(name, '.') = 0 THEN to_regclass('public.' || quote_ident(name)) IS NOT NULL
    ELSE EXISTS (SELECT FROM pg_attribute
                 WHERE attrelid = to_regclass('public.' || quote_ident(split_part(name, '.', 1)))
                   AND attname = split_part(name, '.', 2) AND attnum > 0 AND NOT attisdropped)
END
