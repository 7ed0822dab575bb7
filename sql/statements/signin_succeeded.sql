-- SPDX-License-Identifier: ISC
-- Forgives what was tried, after it was right.
-- $1 text: digests (bytea[])
-- May be repeated: what is gone is gone.
DELETE FROM clawgw.signin_failures WHERE key = ANY ($1::text::bytea[])
