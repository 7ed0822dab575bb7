-- SPDX-License-Identifier: ISC
-- An event that no page shows, for `clawgw-admin doctor`.
-- $1 uuid: the user   $2 uuid: the doctor's session
-- May be repeated: one is as good as two.
INSERT INTO clawgw.events (user_id, kind, message_id, status) VALUES ($1::uuid, 'job', $2::uuid, 'probe')
