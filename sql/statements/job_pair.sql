-- SPDX-License-Identifier: ISC
-- The two agents of a job.
-- $1 uuid: id
-- May be repeated: it only reads.
SELECT pair_lo, pair_hi FROM clawgw.jobs WHERE id = $1::uuid
