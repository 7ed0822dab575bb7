-- SPDX-License-Identifier: ISC
-- What came of a trial, for who asked for it.
-- $1 uuid: the trial   $2 uuid: who asked
-- May be repeated: it only reads.
SELECT model_id, ended_at IS NOT NULL AS ended, answered, said, error, milliseconds, tokens
FROM clawgw.trials
WHERE id = $1::uuid AND asked_by = $2::uuid
