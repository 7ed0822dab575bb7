-- SPDX-License-Identifier: ISC
-- A link for somebody; no row if there is no such person or he may not sign in.
-- $1 bytea: digest of the token   $2 uuid: the user   $3 interval: how long it is good
-- May be repeated: the caller made the token.
WITH person AS MATERIALIZED (
    SELECT users.id, users.display_name, tenants.slug
    FROM users
    JOIN tenants ON tenants.id = users.tenant_id
    WHERE users.id = $2::uuid AND users.is_active AND tenants.is_active
), added AS (
    INSERT INTO clawgw.signin_links (digest, user_id, created_at, expires_at)
    SELECT $1::bytea, id, clock_timestamp(), clock_timestamp() + $3::interval FROM person
    ON CONFLICT (digest) DO NOTHING
)
SELECT id, display_name::text AS name, slug::text AS tenant, now() + $3::interval AS expires_at FROM person
