-- SPDX-License-Identifier: ISC
-- Signs in the first who may, for as long as `clawgw-admin doctor` needs it. Those that a doctor who was interrupted left behind are
-- taken away. A row, whom it is, unless nobody may sign in.
-- $1 uuid: id of the session   $2 bytea: digest of its cookie
-- May be repeated: a repeat finds the same session.
WITH stale AS (
    DELETE FROM clawgw.sessions WHERE agent = 'clawgw doctor' AND id <> $1::uuid AND created_at < now() - interval '1 hour'
)
INSERT INTO clawgw.sessions (id, digest, user_id, way, agent, created_at, seen_at)
SELECT $1::uuid, $2::bytea, users.id, 'link', 'clawgw doctor', clock_timestamp(), clock_timestamp()
FROM users
JOIN tenants ON tenants.id = users.tenant_id
WHERE users.is_active AND tenants.is_active
  /*[identities.is_active AND NOT EXISTS (SELECT FROM identities WHERE identities.id = users.identity_id AND NOT identities.is_active) ]*/
ORDER BY users.created_at, users.id
LIMIT 1
ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at
RETURNING user_id, (SELECT tenant_id FROM users WHERE users.id = user_id) AS tenant_id
