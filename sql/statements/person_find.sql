-- SPDX-License-Identifier: ISC
-- A person by id, if he may sign in.
-- $1 uuid: the user
-- May be repeated: it only reads.
SELECT users.id, users.display_name::text AS name, users.role::text, users.tenant_id, tenants.name::text AS tenant_name,
       NULL::uuid AS session_id, NULL::timestamptz AS session_created_at
FROM users
JOIN tenants ON tenants.id = users.tenant_id
WHERE users.id = $1::uuid AND users.is_active AND tenants.is_active
  /*[identities.is_active AND NOT EXISTS (SELECT FROM identities WHERE identities.id = users.identity_id AND NOT identities.is_active) ]*/
