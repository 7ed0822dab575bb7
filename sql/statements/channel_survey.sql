-- SPDX-License-Identifier: ISC
-- Agents' channels to people as an administrator looks after them (clawgw.channel_survey).
-- $1 uuid: who looks   $2 uuid: only of this organisation, NULL: any   $3 integer: how many at most
-- May be repeated: it only reads.
SELECT * FROM clawgw.channel_survey($1::uuid, $2::uuid, $3::integer)
