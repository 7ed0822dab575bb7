-- SPDX-License-Identifier: ISC
-- Takes away what `clawgw-admin doctor` tried with.
-- $1 uuid: the user   $2 uuid: the session
-- May be repeated: what is gone is gone.
WITH session AS (
    DELETE FROM clawgw.sessions WHERE id = $2::uuid
)
DELETE FROM clawgw.events WHERE user_id = $1::uuid AND message_id = $2::uuid AND kind = 'job'
