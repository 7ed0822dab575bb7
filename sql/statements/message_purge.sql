-- SPDX-License-Identifier: ISC
-- Removes a message that has ended. `was`: the state in which it was found, NULL if it is not there.
-- $1 uuid: id
SELECT clawgw.ended_purge('message', $1::uuid) AS was
