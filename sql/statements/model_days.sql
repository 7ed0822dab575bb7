-- SPDX-License-Identifier: ISC
-- What a language model has used, day by day (clawgw.model_days).
-- $1 uuid: who looks   $2 uuid: the model
-- May be repeated: it only reads.
SELECT day::text, tokens, cost FROM clawgw.model_days($1::uuid, $2::uuid)
