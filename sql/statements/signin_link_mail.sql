-- SPDX-License-Identifier: ISC
-- A link for whoever has a mail address; no row if that is nobody, several people, or somebody who got enough links lately.
-- $1 bytea: digest of the token   $2 text: the address, in lower case   $3 interval: how long it is good
-- $4 integer: links for one person within that time
WITH person AS MATERIALIZED (
    SELECT users.id, users.display_name
    FROM users
    JOIN tenants ON tenants.id = users.tenant_id
    WHERE users.id IN (
              SELECT member.user_id FROM org_members member
              WHERE lower(member.email) = $2::text AND member.status = 'active' AND member.user_id IS NOT NULL
              /*[identities.email UNION
              SELECT owner.id FROM users owner JOIN identities ON identities.id = owner.identity_id
              WHERE identities.email = $2::text AND identities.is_active ]*/)
      AND users.is_active AND tenants.is_active
    LIMIT 2
), chosen AS MATERIALIZED (
    SELECT person.* FROM person
    WHERE (SELECT count(*) FROM person) = 1
      AND (SELECT count(*) FROM (SELECT FROM clawgw.signin_links links
                                 WHERE links.user_id = person.id AND links.created_at > now() - $3::interval
                                 LIMIT $4::integer) recent) < $4::integer
), added AS (
    INSERT INTO clawgw.signin_links (digest, user_id, created_at, expires_at)
    SELECT $1::bytea, id, clock_timestamp(), clock_timestamp() + $3::interval FROM chosen
    ON CONFLICT (digest) DO NOTHING
)
SELECT id, display_name::text AS name FROM chosen
