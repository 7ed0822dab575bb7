-- SPDX-License-Identifier: ISC
-- Removes a job that has ended. `was`: the state in which it was found, NULL if it is not there.
-- $1 uuid: id
SELECT clawgw.ended_purge('job', $1::uuid) AS was
