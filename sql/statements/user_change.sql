-- SPDX-License-Identifier: ISC
-- An administrator changes a user (clawgw.user_change): what he was, 'forbidden', or NULL: there is none.
-- $1 uuid: who does it   $2 uuid: the user   $3 text: role, NULL: as it is   $4 boolean: active, NULL: as it is
-- May be repeated: a repeat changes nothing.
SELECT clawgw.user_change($1::uuid, $2::uuid, $3::text, $4::boolean) AS was
