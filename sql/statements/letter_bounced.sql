-- SPDX-License-Identifier: ISC
-- A mail server says that a letter of a thread did not arrive. `letter`: the one that is known to have failed now, if any.
-- $1 uuid: the thread   $2 text: what the server calls it (text[])   $3 text: why
-- May be repeated: it has failed already then.
SELECT clawgw.letter_bounced($1::uuid, $2::text::text[], $3::text) AS letter
