-- SPDX-License-Identifier: ISC
-- The stored password of whoever has a name, a mail address or a telephone number; no row where that is nobody.
-- $1 text: what was typed
-- May be repeated: it only reads.
SELECT found.user_id, found.hash
FROM (SELECT NULL::uuid AS user_id, NULL::text AS hash WHERE $1::text IS NULL
      /*[identities.password_hash UNION ALL
      SELECT users.id, identities.password_hash::text
      FROM identities
      JOIN users ON users.identity_id = identities.id AND users.is_active
      JOIN tenants ON tenants.id = users.tenant_id AND tenants.is_active
      WHERE identities.id IN (SELECT id FROM identities WHERE username = $1::text
                              UNION SELECT id FROM identities WHERE email IN ($1::text, lower($1::text))
                              UNION SELECT id FROM identities WHERE phone = $1::text)
        AND identities.is_active AND identities.password_hash IS NOT NULL ]*/) found
WHERE found.user_id IS NOT NULL
ORDER BY found.user_id
LIMIT 1
