-- SPDX-License-Identifier: ISC
-- Counts what has happened since it was counted last.
-- $1 interval: an agent seen within this time is online
-- May be repeated: the same is counted again.
SELECT clawgw.rollup($1::interval) AS minutes
