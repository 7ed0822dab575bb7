-- SPDX-License-Identifier: ISC
-- Removes sessions, links and failures that nobody needs any more.
-- $1 interval: how long a session lives unused   $2 integer: how many at most
-- May be repeated: it removes what is old, and what is gone is gone.
WITH old_session AS MATERIALIZED (
    SELECT id FROM clawgw.sessions WHERE seen_at < now() - $1::interval ORDER BY seen_at LIMIT $2::integer FOR UPDATE SKIP LOCKED
), old_link AS MATERIALIZED (
    SELECT digest FROM clawgw.signin_links WHERE expires_at < now() - interval '1 day'
    ORDER BY expires_at LIMIT $2::integer FOR UPDATE SKIP LOCKED
), old_failure AS MATERIALIZED (
    SELECT key FROM clawgw.signin_failures WHERE last_at < now() - interval '1 day'
    ORDER BY last_at LIMIT $2::integer FOR UPDATE SKIP LOCKED
), sessions AS (
    DELETE FROM clawgw.sessions USING old_session WHERE sessions.id = old_session.id RETURNING 1
), links AS (
    DELETE FROM clawgw.signin_links USING old_link WHERE signin_links.digest = old_link.digest RETURNING 1
), failures AS (
    DELETE FROM clawgw.signin_failures USING old_failure WHERE signin_failures.key = old_failure.key RETURNING 1
)
-- the caller goes on while a batch is full
SELECT greatest((SELECT count(*) FROM sessions), (SELECT count(*) FROM links), (SELECT count(*) FROM failures)) AS removed
