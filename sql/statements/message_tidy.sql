-- SPDX-License-Identifier: ISC
-- Remove messages that ended long ago, with what belongs to them; conversations stay, and so do all messages in
-- tables that are the platform's: it removes none, whoever wrote them.
-- $1 interval: how long ago   $2 integer: how many at most
-- May be repeated: it removes what is old, and what is gone is gone.
WITH batch AS MATERIALIZED (
    SELECT id FROM gateway_messages
    WHERE completed_at IS NOT NULL AND completed_at < now() - $1::interval AND status NOT IN ('pending', 'delivered')
      AND (SELECT clawgw.adopted_at()) = '-infinity'
    ORDER BY completed_at
    LIMIT $2::integer
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM gateway_messages USING batch WHERE gateway_messages.id = batch.id RETURNING 1
)
SELECT count(*) AS removed FROM gone
