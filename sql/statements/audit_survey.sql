-- SPDX-License-Identifier: ISC
-- What was noted, for a platform_admin (clawgw.audit_survey).
-- $1 uuid: who looks   $2 text: only this action, NULL: any   $3 integer: how many at most
-- May be repeated: it only reads.
SELECT * FROM clawgw.audit_survey($1::uuid, $2::text, $3::integer)
