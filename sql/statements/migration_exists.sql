-- SPDX-License-Identifier: ISC
-- Whether anything was ever migrated here, and whether there are tables like the platform's.
-- May be repeated: it only reads.
SELECT to_regclass('clawgw.migrations') IS NOT NULL AS migrated,
       to_regclass('public.agents') IS NOT NULL OR to_regclass('public.gateway_messages') IS NOT NULL AS has_tables
