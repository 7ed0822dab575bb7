-- SPDX-License-Identifier: ISC
-- How many jobs have not ended.
-- May be repeated: it only reads.
SELECT count(*) AS jobs FROM clawgw.jobs WHERE state IN ('queued', 'running')
