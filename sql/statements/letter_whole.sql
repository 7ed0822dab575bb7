-- SPDX-License-Identifier: ISC
-- What came, as it came.
-- $1 uuid: the letter
-- May be repeated: it only reads.
SELECT whole FROM clawgw.letters WHERE id = $1::uuid AND whole IS NOT NULL
