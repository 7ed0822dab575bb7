-- SPDX-License-Identifier: ISC
-- What doctor has found on a host, in the place of what it found before. Hosts where it was not run for a month are forgotten.
-- $1 text: the host   $2 text: a JSON array of objects: check, finding, text, advice
-- May be repeated: the same is kept once.
WITH found AS MATERIALIZED (
    SELECT place::integer, item ->> 'check' AS subject, item ->> 'finding' AS finding, item ->> 'text' AS said, item ->> 'advice' AS advice
    FROM jsonb_array_elements($2::text::jsonb) WITH ORDINALITY AS items(item, place)
), kept AS (
    INSERT INTO clawgw.findings (host, place, subject, finding, said, advice)
    SELECT $1::text, place, subject, finding, said, advice FROM found
    ON CONFLICT (host, place) DO UPDATE
    SET checked_at = clock_timestamp(), subject = EXCLUDED.subject, finding = EXCLUDED.finding, said = EXCLUDED.said,
        advice = EXCLUDED.advice
)
DELETE FROM clawgw.findings
WHERE host = $1::text AND place > (SELECT count(*) FROM found) OR host <> $1::text AND checked_at < now() - interval '30 days'
