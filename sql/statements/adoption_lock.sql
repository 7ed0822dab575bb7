-- SPDX-License-Identifier: ISC
-- One who adopts at a time, for as long as the session lives. (Waiting for it in a statement would hold back those who make
-- indexes beside others.)
-- May be repeated: the session has it then.
SELECT pg_try_advisory_lock(hashtextextended('clawgw.adoption', 0)) AS mine
