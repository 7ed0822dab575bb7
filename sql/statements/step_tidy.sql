-- SPDX-License-Identifier: ISC
-- Remove what happened long ago to messages, jobs and letters; while those are there, their own rows still say most of it.
-- $1 interval: how long ago   $2 integer: how many at most
-- May be repeated: it removes what is old, and what is gone is gone.
WITH gone AS (
    DELETE FROM clawgw.steps
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM clawgw.steps WHERE at < now() - $1::interval LIMIT $2::integer))
    RETURNING 1
)
SELECT count(*) AS removed FROM gone
