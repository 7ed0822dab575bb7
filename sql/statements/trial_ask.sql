-- SPDX-License-Identifier: ISC
-- Has a worker ask a language model for a word (clawgw.trial_ask).
-- $1 uuid: who   $2 uuid: the model   $3 uuid: id of the trial
-- May be repeated: the caller made the id, and a row that is there stays.
SELECT clawgw.trial_ask($1::uuid, $2::uuid, $3::uuid) AS asked
