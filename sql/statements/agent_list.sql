-- SPDX-License-Identifier: ISC
-- Agents that are not removed, by time.
-- $1 uuid: only of this tenant   $2 uuid: only this one   $3 text: only with this name   $4 integer: how many at most; NULL: any
-- May be repeated: it only reads.
SELECT agents.id, agents.name::text, tenants.slug::text AS tenant, agents.agent_type::text AS type, agents.status::text,
       coalesce(agents.api_key_hash, '') <> '' AS has_key, agents.openclaw_last_seen AS last_seen,
       users.display_name::text AS creator, llm_models.label::text AS model, fallback.label::text AS fallback_model,
       /*[agents.access_mode*/ agents.access_mode::text, /*]*/ /*[!agents.access_mode 'company' AS access_mode, ]*/ agents.role_description::text
FROM agents
LEFT JOIN tenants ON tenants.id = agents.tenant_id
LEFT JOIN users ON users.id = agents.creator_id
LEFT JOIN llm_models ON llm_models.id = agents.primary_model_id
LEFT JOIN llm_models fallback ON fallback.id = agents.fallback_model_id
WHERE /*[agents.deleted_at*/ agents.deleted_at IS NULL AND /*]*/
  ($1::uuid IS NULL OR agents.tenant_id = $1::uuid)
  AND ($2::uuid IS NULL OR agents.id = $2::uuid)
  AND ($3::text IS NULL OR agents.name = $3::text)
ORDER BY agents.created_at, agents.id
LIMIT $4::integer
