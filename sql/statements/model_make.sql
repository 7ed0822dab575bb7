-- SPDX-License-Identifier: ISC
-- An administrator adds a language model (clawgw.model_make).
-- $1 uuid: who   $2 uuid: id   $3 uuid: organisation, NULL: his own   $4 text: settings (jsonb)   $5 text: its key, as stored
-- May be repeated: the caller made the id, and a row that is there stays.
SELECT clawgw.model_make($1::uuid, $2::uuid, $3::uuid, $4::text::jsonb, $5::text) AS tenant_id
