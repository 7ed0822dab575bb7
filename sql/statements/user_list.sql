-- SPDX-License-Identifier: ISC
-- Users, by time.
-- $1 uuid: only of this tenant   $2 uuid: only this one   $3 text: only with this name   $4 integer: how many at most; NULL: any
-- May be repeated: it only reads.
SELECT users.id, users.display_name::text AS name, tenants.slug::text AS tenant, users.role::text, users.is_active AS active,
       users.created_at
FROM users
LEFT JOIN tenants ON tenants.id = users.tenant_id
WHERE ($1::uuid IS NULL OR users.tenant_id = $1::uuid)
  AND ($2::uuid IS NULL OR users.id = $2::uuid)
  AND ($3::text IS NULL OR users.display_name = $3::text)
ORDER BY users.created_at, users.id
LIMIT $4::integer
