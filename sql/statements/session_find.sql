-- SPDX-License-Identifier: ISC
-- Who is signed in with a cookie. Marks the session seen, once a minute; that write need not wait for the disk.
-- $1 bytea: digest of the cookie's value   $2 interval: how long a session lives unused
-- May be repeated: the session is seen either way.
WITH session AS MATERIALIZED (
    SELECT id, user_id, created_at, seen_at
    FROM clawgw.sessions
    WHERE digest = $1::bytea AND seen_at > now() - $2::interval
), seen AS (
    UPDATE clawgw.sessions SET seen_at = now()
    FROM session
    WHERE sessions.id = session.id AND session.seen_at < now() - interval '1 minute'
    RETURNING set_config('synchronous_commit', 'off', true)
)
SELECT users.id, users.display_name::text AS name, users.role::text, users.tenant_id, tenants.name::text AS tenant_name,
       session.id AS session_id, session.created_at AS session_created_at
FROM session
JOIN users ON users.id = session.user_id
JOIN tenants ON tenants.id = users.tenant_id
WHERE users.is_active AND tenants.is_active
  /*[identities.is_active AND NOT EXISTS (SELECT FROM identities WHERE identities.id = users.identity_id AND NOT identities.is_active) ]*/
