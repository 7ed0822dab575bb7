-- SPDX-License-Identifier: ISC
-- Remove letters that came or ended long ago, with what came as it came; the conversations stay. What waits for something is left: a
-- letter to be delivered, and one whose answer is to go back in its thread.
-- $1 interval: how long ago   $2 integer: how many at most   $3 text: only those in this state, or NULL
-- May be repeated: it removes what is old, and what is gone is gone.
WITH batch AS MATERIALIZED (
    SELECT id FROM clawgw.letters
    WHERE created_at < now() - $1::interval AND state NOT IN ('queued', 'sending') AND ($3::text IS NULL OR state = $3::text)
      AND NOT EXISTS (SELECT FROM clawgw.jobs WHERE jobs.id = letters.id AND jobs.state IN ('queued', 'running'))
      AND NOT EXISTS (SELECT FROM gateway_messages message
                      WHERE message.id = letters.id AND message.status IN ('pending', 'delivered'))
    ORDER BY created_at, id
    LIMIT $2::integer
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM clawgw.letters USING batch WHERE letters.id = batch.id RETURNING 1
)
SELECT count(*) AS removed FROM gone
