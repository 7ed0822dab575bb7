-- SPDX-License-Identifier: ISC
-- Whether anything was ever migrated here.
-- May be repeated: it only reads.
SELECT to_regclass('clawgw.migrations') IS NOT NULL AS migrated
