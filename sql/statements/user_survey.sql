-- SPDX-License-Identifier: ISC
-- People as an operator looks after them, by name.
-- $1 uuid: only of this organisation   $2 uuid: only this one   $3 text: only with these words in their names, in any case
-- $4 interval: how long a session lives unused   $5 text, $6 uuid: only those behind this name and id (NULL for any)
-- $7 integer: how many at most
-- May be repeated: it only reads.
SELECT users.id, users.display_name::text AS name, tenants.name::text AS tenant, users.tenant_id, users.role::text,
       users.is_active AS active,
       (SELECT count(*) FROM clawgw.sessions WHERE user_id = users.id AND seen_at > now() - $4::interval) AS sessions,
       (SELECT max(seen_at) FROM clawgw.sessions WHERE user_id = users.id) AS last_seen
FROM (SELECT id FROM users
      WHERE ($1::uuid IS NULL OR tenant_id = $1::uuid)
        AND ($2::uuid IS NULL OR id = $2::uuid)
        AND ($3::text IS NULL OR strpos(lower(display_name), lower($3::text)) > 0)
        AND ($5::text IS NULL OR (display_name, id) > ($5::text, coalesce($6::uuid, '00000000-0000-0000-0000-000000000000')))
      ORDER BY display_name, id
      LIMIT $7::integer) page
JOIN users ON users.id = page.id
LEFT JOIN tenants ON tenants.id = users.tenant_id
ORDER BY users.display_name, users.id
