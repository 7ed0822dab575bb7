-- SPDX-License-Identifier: ISC
-- What is needed to try the language models that may be used.
-- $1 integer: how many at most
-- May be repeated: it only reads.
SELECT llm_models.label::text AS name, tenants.slug::text AS tenant, llm_models.provider::text, llm_models.model::text,
       llm_models.base_url::text, llm_models.api_key_encrypted::text AS key
FROM llm_models
LEFT JOIN tenants ON tenants.id = llm_models.tenant_id
WHERE /*[llm_models.deleted_at*/ llm_models.deleted_at IS NULL AND /*]*/ llm_models.enabled
ORDER BY llm_models.created_at, llm_models.id
LIMIT $1::integer
