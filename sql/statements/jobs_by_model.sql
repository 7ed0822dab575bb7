-- SPDX-License-Identifier: ISC
-- Jobs by what they use and by state (clawgw.jobs_by_model).
-- $1 uuid: who looks   $2 uuid: only of this organisation, NULL: any
-- May be repeated: it only reads.
SELECT * FROM clawgw.jobs_by_model($1::uuid, $2::uuid)
