-- SPDX-License-Identifier: ISC
-- Forget which requests were made long ago; not those that are still running.
-- $1 interval: how long ago   $2 integer: how many at most
-- May be repeated: it removes what is old, and what is gone is gone.
WITH batch AS MATERIALIZED (
    SELECT agent_id, key FROM clawgw.idempotency_keys
    WHERE created_at < now() - $1::interval AND (state = 'done' OR busy_until < now())
    ORDER BY created_at
    LIMIT $2::integer
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM clawgw.idempotency_keys old USING batch
    WHERE old.agent_id = batch.agent_id AND old.key = batch.key
    RETURNING 1
)
SELECT count(*) AS removed FROM gone
