-- SPDX-License-Identifier: ISC
-- Changes a language model: what is NULL stays. A row if there is such a model.
-- $1 uuid: the model   $2 text: label   $3 text: the provider's name of it   $4 text: base URL   $5 boolean: no base URL any more
-- $6 text: its key, as stored   $7 double precision: temperature   $8 integer: output tokens of an answer
-- $9 integer: tokens of a day   $10 boolean: any number of tokens   $11 integer: seconds for an answer   $12 boolean: enabled
-- May be repeated: a repeat changes nothing.
UPDATE llm_models
SET label = coalesce($2::text, label), model = coalesce($3::text, model),
    base_url = CASE WHEN NOT $5::boolean THEN coalesce($4::text, base_url) END,
    api_key_encrypted = coalesce($6::text, api_key_encrypted), temperature = coalesce($7::double precision, temperature),
    max_output_tokens = coalesce($8::integer, max_output_tokens),
    max_tokens_per_day = CASE WHEN NOT $10::boolean THEN coalesce($9::integer, max_tokens_per_day) END,
    request_timeout = coalesce($11::integer, request_timeout), enabled = coalesce($12::boolean, enabled),
    updated_at = clock_timestamp()
WHERE id = $1::uuid /*[llm_models.deleted_at*/ AND deleted_at IS NULL /*]*/
RETURNING id
