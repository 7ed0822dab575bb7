-- SPDX-License-Identifier: ISC
-- Changes a language model: what is NULL stays (clawgw.model_update). NULL: there is no such model.
-- $1 uuid: the model   $2 text: label   $3 text: the provider's name of it   $4 text: base URL   $5 boolean: no base URL any more
-- $6 text: its key, as stored   $7 double precision: temperature   $8 integer: output tokens of an answer
-- $9 integer: tokens of a day   $10 boolean: any number of tokens   $11 integer: seconds for an answer   $12 boolean: enabled
-- May be repeated: a repeat changes nothing.
SELECT clawgw.model_update($1::uuid, $2::text, $3::text, $4::text, $5::boolean, $6::text, $7::double precision, $8::integer,
                           $9::integer, $10::boolean, $11::integer, $12::boolean) AS id
