-- SPDX-License-Identifier: ISC
-- A new language model (clawgw.model_create).
-- $1 uuid: id   $2 uuid: tenant   $3 text: label   $4 text: provider   $5 text: the provider's name of the model
-- $6 text: base URL or NULL   $7 text: its key, as stored   $8 double precision: temperature or NULL
-- $9 integer: output tokens of an answer or NULL   $10 integer: tokens of a day or NULL
-- $11 integer: seconds for an answer or NULL   $12 boolean: enabled
-- May be repeated: the caller made the ids, and a row that is there stays.
SELECT clawgw.model_create($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::text, $8::double precision, $9::integer,
                           $10::integer, $11::integer, $12::boolean)
