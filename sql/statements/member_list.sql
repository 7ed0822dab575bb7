-- SPDX-License-Identifier: ISC
-- People whom agents may know, by time.
-- $1 uuid: only of this tenant   $2 uuid: only this one   $3 text: only with this name   $4 integer: how many at most; NULL: any
-- May be repeated: it only reads.
SELECT org_members.id, org_members.name::text, tenants.slug::text AS tenant, org_members.email::text,
       org_members.open_id::text, org_members.external_id::text, org_members.title::text, org_members.status::text
FROM org_members
LEFT JOIN tenants ON tenants.id = org_members.tenant_id
WHERE ($1::uuid IS NULL OR org_members.tenant_id = $1::uuid)
  AND ($2::uuid IS NULL OR org_members.id = $2::uuid)
  AND ($3::text IS NULL OR org_members.name = $3::text)
ORDER BY org_members.synced_at, org_members.id
LIMIT $4::integer
