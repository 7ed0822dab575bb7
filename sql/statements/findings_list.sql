-- SPDX-License-Identifier: ISC
-- What doctor found when it was run last, host by host, in the order in which it looked.
-- May be repeated: it only reads.
SELECT host, subject AS check, finding, said AS text, advice, checked_at
FROM clawgw.findings
ORDER BY host, place
LIMIT 1000
