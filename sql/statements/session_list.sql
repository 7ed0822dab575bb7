-- SPDX-License-Identifier: ISC
-- Where people are signed in, the last used first.
-- $1 uuid: only of this tenant   $2 uuid: only of this user   $3 interval: how long a session lives unused   $4 integer: at most
-- May be repeated: it only reads.
SELECT sessions.id, users.display_name::text AS name, tenants.slug::text AS tenant, sessions.user_id, sessions.way,
       sessions.created_at, sessions.seen_at, sessions.address, sessions.agent AS browser
FROM clawgw.sessions
JOIN users ON users.id = sessions.user_id
LEFT JOIN tenants ON tenants.id = users.tenant_id
WHERE ($1::uuid IS NULL OR users.tenant_id = $1::uuid)
  AND ($2::uuid IS NULL OR sessions.user_id = $2::uuid)
  AND sessions.seen_at > now() - $3::interval
ORDER BY sessions.seen_at DESC, sessions.id
LIMIT $4::integer
