-- SPDX-License-Identifier: ISC
-- What was applied, in order.
-- May be repeated: it only reads.
SELECT version, name, applied_at FROM clawgw.migrations ORDER BY version
