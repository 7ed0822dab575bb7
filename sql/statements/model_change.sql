-- SPDX-License-Identifier: ISC
-- An administrator changes a language model (clawgw.model_change).
-- $1 uuid: who   $2 uuid: the model   $3 text: what is to be other than it is (jsonb)   $4 text: another key, as stored, NULL: none
-- May be repeated: a repeat changes nothing; only what it says was is what is by then.
SELECT clawgw.model_change($1::uuid, $2::uuid, $3::text::jsonb, $4::text) AS was
