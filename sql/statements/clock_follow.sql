-- SPDX-License-Identifier: ISC
-- Notes what time it is, and mends what a clock that was set back leaves behind; see sql/functions/clock_follow.sql.
-- $1 interval: job_lease
-- May be repeated: what was moved is not in the future any more.
SELECT clawgw.clock_follow($1::interval) AS back
