-- SPDX-License-Identifier: ISC
-- What a job of somebody who wrote a letter leads to: the answer in the conversation and in a letter, or a letter that says that none
-- will come. `posted`: a letter is to go out.
-- $1 uuid: the job, which is the letter   $2 uuid: id of the row for the answer   $3 boolean: answered   $4 text: the answer, or the notice
-- May be repeated: the rows have ids made of the letter's.
SELECT clawgw.letter_tell($1::uuid, $2::uuid, $3::boolean, $4::text) AS posted
