-- SPDX-License-Identifier: ISC
-- Shuts a user out, sessions and links ended, or lets him in again. A row if there is such a user: how many sessions ended, and how many
-- agents he made, which act only while he is active.
-- $1 uuid: the user   $2 boolean: he may
-- May be repeated: what has ended stays ended.
WITH person AS MATERIALIZED (
    SELECT id, is_active FROM users WHERE id = $1::uuid
), changed AS (
    UPDATE users SET is_active = $2::boolean, updated_at = clock_timestamp()
    FROM person
    WHERE users.id = person.id AND person.is_active <> $2::boolean
), ended AS (
    DELETE FROM clawgw.sessions WHERE user_id = $1::uuid AND NOT $2::boolean RETURNING id
), links AS (
    DELETE FROM clawgw.signin_links WHERE user_id = $1::uuid AND used_at IS NULL AND NOT $2::boolean
)
SELECT (SELECT count(*) FROM ended) AS ended,
       (SELECT count(*) FROM agents WHERE creator_id = person.id /*[agents.deleted_at*/ AND deleted_at IS NULL /*]*/) AS agents
FROM person
