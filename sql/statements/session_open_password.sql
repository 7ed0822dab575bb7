-- SPDX-License-Identifier: ISC
-- Signs somebody in whose password was right; no row if he may not any more.
-- $1 uuid: the user   $2 uuid: id of the session   $3 bytea: digest of its cookie   $4 text: address   $5 text: browser
-- May be repeated: a repeat finds the same session.
INSERT INTO clawgw.sessions (id, digest, user_id, way, address, agent, created_at, seen_at)
SELECT $2::uuid, $3::bytea, users.id, 'password', $4::text, $5::text, clock_timestamp(), clock_timestamp()
FROM users
WHERE users.id = $1::uuid AND users.is_active
ON CONFLICT (digest) DO UPDATE SET seen_at = EXCLUDED.seen_at
RETURNING id
