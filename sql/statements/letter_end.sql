-- SPDX-License-Identifier: ISC
-- What became of a letter. `told`: the agent that has a message about it, if any.
-- $1 uuid: the letter   $2 text: sent, failed, unknown, given_up   $3 text: why, or NULL   $4 text: what the channel calls it, or NULL
-- $5 boolean: whether the agent is to be told
SELECT clawgw.letter_end($1::uuid, $2::text, $3::text, $4::text, $5::boolean) AS told
