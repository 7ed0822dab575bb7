-- SPDX-License-Identifier: ISC
-- A letter to ourselves has come, or come back. `awaited`: somebody waits for it.
-- $1 uuid: its id   $2 text: why it came back, NULL: it arrived
-- May be repeated: it says the same again.
WITH noted AS (
    UPDATE clawgw.letter_probes SET came_at = clock_timestamp(), returned = $2::text WHERE id = $1::uuid RETURNING 1
)
SELECT EXISTS (SELECT FROM noted) AS awaited
