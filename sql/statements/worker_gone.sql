-- SPDX-License-Identifier: ISC
-- A worker ends. The row of the last that ended in order stays, with nothing in flight and seen_until = seen_at: it tells when somebody
-- was here.
-- $1 text: its name
-- May be repeated: what is gone is gone.
WITH earlier AS (
    DELETE FROM clawgw.workers WHERE seen_until = seen_at AND name <> $1::text
)
UPDATE clawgw.workers SET seen_at = clock.now, seen_until = clock.now, in_flight = 0
FROM (SELECT clock_timestamp() AS now) clock
WHERE name = $1::text AND seen_until > seen_at
