-- SPDX-License-Identifier: ISC
-- Signs somebody in with a one-time link. `outcome`: ok, unknown, used, expired, disabled (the person may not sign in any more).
-- A repeat with the same session finds what the first one did.
-- $1 bytea: digest of the link's token   $2 uuid: id of the session   $3 bytea: digest of its cookie
-- $4 text: address   $5 text: browser
-- May be repeated: a repeat finds the same session.
WITH link AS MATERIALIZED (
    SELECT digest, user_id, expires_at, used_at FROM clawgw.signin_links WHERE digest = $1::bytea FOR UPDATE
), verdict AS MATERIALIZED (
    SELECT link.user_id,
           CASE WHEN EXISTS (SELECT FROM clawgw.sessions WHERE digest = $3::bytea) THEN 'ok'
                WHEN link.used_at IS NOT NULL THEN 'used'
                WHEN link.expires_at <= now() THEN 'expired'
                WHEN NOT coalesce(users.is_active AND tenants.is_active, false)
                     /*[identities.is_active OR EXISTS (SELECT FROM identities WHERE identities.id = users.identity_id AND NOT identities.is_active) ]*/
                     THEN 'disabled'
                ELSE 'ok' END AS outcome
    FROM link
    JOIN users ON users.id = link.user_id
    LEFT JOIN tenants ON tenants.id = users.tenant_id
), used AS (
    UPDATE clawgw.signin_links SET used_at = clock_timestamp()
    WHERE digest = $1::bytea AND used_at IS NULL AND (SELECT outcome FROM verdict) = 'ok'
), opened AS (
    INSERT INTO clawgw.sessions (id, digest, user_id, way, address, agent, created_at, seen_at)
    SELECT $2::uuid, $3::bytea, user_id, 'link', $4::text, $5::text, clock_timestamp(), clock_timestamp()
    FROM verdict
    WHERE outcome = 'ok'
    ON CONFLICT (digest) DO NOTHING
)
SELECT coalesce((SELECT outcome FROM verdict), 'unknown') AS outcome
