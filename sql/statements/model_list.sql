-- SPDX-License-Identifier: ISC
-- Language models, by time. Keys are not shown.
-- $1 uuid: only of this tenant   $2 uuid: only this one   $3 text: only with this name   $4 integer: how many at most; NULL: any
-- May be repeated: it only reads.
SELECT llm_models.id, llm_models.label::text AS name, tenants.slug::text AS tenant, llm_models.provider::text,
       llm_models.model::text, llm_models.base_url::text, llm_models.api_key_encrypted <> '' AS has_key, llm_models.enabled,
       llm_models.temperature, llm_models.max_output_tokens, llm_models.request_timeout
FROM llm_models
LEFT JOIN tenants ON tenants.id = llm_models.tenant_id
WHERE /*[llm_models.deleted_at*/ llm_models.deleted_at IS NULL AND /*]*/
  ($1::uuid IS NULL OR llm_models.tenant_id = $1::uuid)
  AND ($2::uuid IS NULL OR llm_models.id = $2::uuid)
  AND ($3::text IS NULL OR llm_models.label = $3::text)
ORDER BY llm_models.created_at, llm_models.id
LIMIT $4::integer
