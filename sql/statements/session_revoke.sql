-- SPDX-License-Identifier: ISC
-- Ends a session whosever it is.
-- $1 uuid: the session
WITH ended AS (DELETE FROM clawgw.sessions WHERE id = $1::uuid RETURNING id)
SELECT count(*) AS ended FROM ended
