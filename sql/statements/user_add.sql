-- SPDX-License-Identifier: ISC
-- A new user, and the user as one who takes part in conversations (clawgw.user_create).
-- $1 uuid: id   $2 uuid: tenant   $3 text: display name   $4 text: role
-- May be repeated: the caller made the ids, and a row that is there stays.
SELECT clawgw.user_create($1::uuid, $2::uuid, $3::text, $4::text)
