-- SPDX-License-Identifier: ISC
-- Removes invitations that ended so long ago that nobody asks any more why they are refused.
-- $1 interval: how long ago   $2 integer: how many at most
-- May be repeated: it removes what is old, and what is gone is gone.
WITH old AS MATERIALIZED (
    SELECT digest FROM clawgw.invitations WHERE expires_at < now() - $1::interval
    ORDER BY expires_at LIMIT $2::integer FOR UPDATE SKIP LOCKED
), removed AS (
    DELETE FROM clawgw.invitations USING old WHERE invitations.digest = old.digest RETURNING 1
)
SELECT count(*) AS removed FROM removed
