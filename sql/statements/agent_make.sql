-- SPDX-License-Identifier: ISC
-- An administrator makes an agent (clawgw.agent_make).
-- $1 uuid: who   $2 uuid: id   $3 uuid: organisation, NULL: his own   $4 text: how it is to be (jsonb)
-- May be repeated: the caller made the id, and a row that is there stays.
SELECT clawgw.agent_make($1::uuid, $2::uuid, $3::uuid, $4::text::jsonb) AS made
