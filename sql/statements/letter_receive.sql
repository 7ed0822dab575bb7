-- SPDX-License-Identifier: ISC
-- A letter of a person's has come for an agent. `outcome`: received, repeated, gone, unavailable, full.
-- $1 uuid: the letter   $2 uuid: the thread, a new one or one that is there   $3 uuid: agent   $4 uuid: member   $5 text: channel
-- $6 text: place at the channel, or NULL   $7 text: subject of a new thread   $8 text: what was said   $9 bytea: all of it
-- $10 text: what the channel calls it, or NULL   $11, $12, $13 bigint: how much may wait from one sender, for one agent, in an organisation
-- May be repeated: the letter has the id that the caller made, and a repeat finds it.
SELECT clawgw.letter_receive($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::text, $6::text, $7::text, $8::text, $9::bytea, $10::text,
                             $11::bigint, $12::bigint, $13::bigint) AS outcome
