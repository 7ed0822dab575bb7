-- SPDX-License-Identifier: ISC
-- An administrator makes a user (clawgw.user_make).
-- $1 uuid: who   $2 uuid: id   $3 uuid: organisation, NULL: his own   $4 text: name   $5 text: role
-- May be repeated: the caller made the id, and a row that is there stays.
SELECT clawgw.user_make($1::uuid, $2::uuid, $3::uuid, $4::text, $5::text) AS made
