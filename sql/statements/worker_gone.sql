-- SPDX-License-Identifier: ISC
-- A worker ends.
-- $1 text: its name
-- May be repeated: what is gone is gone.
DELETE FROM clawgw.workers WHERE name = $1::text
