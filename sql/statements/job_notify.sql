-- SPDX-License-Identifier: ISC
-- Hint to workers (LISTEN clawgw_jobs) that a job is there. In a transaction of its own; they look by themselves, too.
-- May be repeated: a hint that comes twice is a hint.
SELECT pg_notify('clawgw_jobs', '')
