-- SPDX-License-Identifier: ISC
-- Where an operator himself can be reached: by the address that he signs in with, or as the member that he is.
-- $1 uuid: the user
-- May be repeated: it only reads.
SELECT users.display_name::text AS name, member.id AS member_id,
       coalesce(/*[identities.email (SELECT identities.email::text FROM identities WHERE identities.id = users.identity_id), ]*/
                member.email::text) AS email,
       member.external_id::text, member.open_id::text
FROM users
LEFT JOIN LATERAL (SELECT id, email, external_id, open_id FROM org_members
                   WHERE user_id = users.id ORDER BY (open_id IS NULL AND external_id IS NULL), id LIMIT 1) member ON true
WHERE users.id = $1::uuid
