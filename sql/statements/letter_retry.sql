-- SPDX-License-Identifier: ISC
-- An operator has a letter sent again. `was`: the state in which it was found, NULL if it is not there.
-- $1 uuid: the letter
-- May be repeated: a queued letter stays queued.
SELECT clawgw.letter_retry($1::uuid) AS was
