-- SPDX-License-Identifier: ISC
-- A new language model.
-- $1 uuid: id   $2 uuid: tenant   $3 text: label   $4 text: provider   $5 text: the provider's name of the model
-- $6 text: base URL or NULL   $7 text: its key, as stored   $8 double precision: temperature or NULL
-- $9 integer: output tokens of an answer or NULL   $10 integer: tokens of a day or NULL
-- $11 integer: seconds for an answer or NULL   $12 boolean: enabled
-- May be repeated: the caller made the ids, and a row that is there stays.
INSERT INTO llm_models (id, tenant_id, label, provider, model, base_url, api_key_encrypted, temperature, max_output_tokens,
    max_tokens_per_day, request_timeout, enabled, created_at, updated_at /*[llm_models.supports_vision , supports_vision ]*/)
VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::text, $8::double precision, $9::integer,
    $10::integer, $11::integer, $12::boolean, clock_timestamp(), clock_timestamp() /*[llm_models.supports_vision , false ]*/)
ON CONFLICT (id) DO NOTHING
