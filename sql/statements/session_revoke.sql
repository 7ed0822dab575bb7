-- SPDX-License-Identifier: ISC
-- Ends a session whosever it is. A row if there was one: whose.
-- $1 uuid: the session
DELETE FROM clawgw.sessions WHERE id = $1::uuid RETURNING user_id
