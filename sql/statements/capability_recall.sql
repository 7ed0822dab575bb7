-- SPDX-License-Identifier: ISC
-- What the platform's tables lacked when the functions were made; no row: nobody noted it.
-- May be repeated: it only reads.
SELECT lacking FROM clawgw.capabilities
