-- SPDX-License-Identifier: ISC
-- One migration at a time, whoever starts it; released with the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('clawgw.migrations', 0))
