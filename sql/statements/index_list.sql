-- SPDX-License-Identifier: ISC
-- The indexes that are there, and whether they can be used.
-- May be repeated: it only reads.
SELECT index.relname::text AS name, pg_index.indisvalid AND pg_index.indisready AS valid
FROM pg_index
JOIN pg_class index ON index.oid = pg_index.indexrelid
WHERE index.relnamespace IN ('public'::regnamespace, 'clawgw'::regnamespace)
