-- SPDX-License-Identifier: ISC
-- Ends sessions of somebody: one, or all but one.
-- $1 uuid: the user   $2 uuid: the session, NULL: all   $3 uuid: but not this one (NULL: none)
WITH ended AS (
    DELETE FROM clawgw.sessions
    WHERE user_id = $1::uuid AND ($2::uuid IS NULL OR id = $2::uuid) AND id IS DISTINCT FROM $3::uuid
    RETURNING id
)
SELECT count(*) AS ended FROM ended
