-- SPDX-License-Identifier: ISC
-- What came of a trial.
-- $1 uuid: the trial   $2 boolean: it answered   $3 text: with what   $4 text: why it did not   $5 bigint: milliseconds   $6 bigint: tokens
-- May be repeated: a repeat changes nothing.
UPDATE clawgw.trials
SET ended_at = clock_timestamp(), answered = $2::boolean, said = $3::text, error = $4::text, milliseconds = $5::bigint, tokens = $6::bigint
WHERE id = $1::uuid
