-- SPDX-License-Identifier: ISC
-- Language models as an administrator looks after them (clawgw.model_look).
-- $1 uuid: who looks   $2 uuid: only of this organisation, NULL: any   $3 integer: how many at most   $4 uuid: only this one, NULL: any
-- May be repeated: it only reads.
SELECT * FROM clawgw.model_look($1::uuid, $2::uuid, $4::uuid, $3::integer)
