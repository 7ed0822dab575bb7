-- SPDX-License-Identifier: ISC
-- Organisations, by time.
-- $1 uuid: not used   $2 uuid: only this one   $3 text: only with this name or slug   $4 integer: how many at most; NULL: any
-- May be repeated: it only reads.
SELECT id, name::text, slug::text, timezone::text, is_active AS active,
       (SELECT count(*) FROM agents WHERE tenant_id = tenants.id /*[agents.deleted_at*/ AND deleted_at IS NULL /*]*/) AS agents,
       created_at
FROM tenants
WHERE ($1::uuid IS NULL OR id = $1::uuid)
  AND ($2::uuid IS NULL OR id = $2::uuid)
  AND ($3::text IS NULL OR name = $3::text OR slug = $3::text)
ORDER BY created_at, id
LIMIT $4::integer
