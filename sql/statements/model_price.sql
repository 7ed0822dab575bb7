-- SPDX-License-Identifier: ISC
-- What a million tokens of a language model cost (clawgw.model_price).
-- $1 uuid: the model   $2 double precision: NULL: nobody says any more   $3 text: the currency
-- May be repeated: a repeat changes nothing.
SELECT clawgw.model_price($1::uuid, $2::double precision::numeric, $3::text)
