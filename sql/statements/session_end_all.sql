-- SPDX-License-Identifier: ISC
-- Ends all sessions of somebody, and the links that would open new ones.
-- $1 uuid: the user
WITH ended AS (
    DELETE FROM clawgw.sessions WHERE user_id = $1::uuid RETURNING id
), links AS (
    DELETE FROM clawgw.signin_links WHERE user_id = $1::uuid AND used_at IS NULL
)
SELECT count(*) AS ended FROM ended
