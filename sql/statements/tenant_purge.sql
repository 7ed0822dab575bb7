-- SPDX-License-Identifier: ISC
-- A piece of an organisation is removed: what it was, and how many. `adopted`: nothing was done, the tables are the platform's own.
-- $1 uuid: the organisation   $2 integer: how many rows at most
-- May be repeated: what is gone is gone.
SELECT adopted, piece.what, piece.removed
FROM (SELECT clawgw.adopted_at() > '-infinity' AS adopted OFFSET 0) own
LEFT JOIN LATERAL clawgw.tenant_purge(CASE WHEN NOT own.adopted THEN $1::uuid END, $2::integer) piece ON true
