-- SPDX-License-Identifier: ISC
-- Removes a letter that has ended. `was`: the state in which it was found, NULL if it is not there.
-- $1 uuid: id
SELECT clawgw.ended_purge('letter', $1::uuid) AS was
