-- SPDX-License-Identifier: ISC
-- What is needed to try language models: those that may be used, or one, whether it may be used or not.
-- $1 integer: how many at most   $2 uuid: the one, or NULL
-- May be repeated: it only reads.
SELECT llm_models.label::text AS name, tenants.slug::text AS tenant, llm_models.provider::text, llm_models.model::text,
       llm_models.base_url::text, llm_models.api_key_encrypted::text AS key
FROM llm_models
LEFT JOIN tenants ON tenants.id = llm_models.tenant_id
WHERE /*[llm_models.deleted_at*/ llm_models.deleted_at IS NULL AND /*]*/
  CASE WHEN $2::uuid IS NULL THEN llm_models.enabled ELSE llm_models.id = $2::uuid END
ORDER BY llm_models.created_at, llm_models.id
LIMIT $1::integer
