-- SPDX-License-Identifier: ISC
-- Agents as an operator looks after them, by name. Counts of what waits end at 100.
-- $1 uuid: only of this organisation   $2 uuid: only those that this user made   $3 uuid: only this one   $4 text: only with these
-- words in their names, in any case   $5 interval: an agent seen within this time is online   $6 text, $7 uuid: only those behind this
-- name and id (NULL for any)   $8 integer: how many at most
-- May be repeated: it only reads.
SELECT agents.id, agents.name::text, agents.agent_type::text AS type, tenant.name::text AS tenant, agents.tenant_id,
       agents.status::text,
       clawgw.agent_may_act(agents, tenant.is_active, creator.is_active) AS may_act,
       agents.openclaw_last_seen AS last_seen, (agents.openclaw_last_seen > now() - $5::interval) IS TRUE AS online,
       coalesce(agents.api_key_hash, '') <> '' AS has_key, creator.display_name::text AS creator, agents.creator_id,
       (SELECT string_agg(label || CASE WHEN usable THEN '' ELSE ' (off)' END, ', ' ORDER BY is_primary DESC)
        FROM clawgw.agent_models(agents.id) WHERE agents.primary_model_id IS NOT NULL) AS models, agents.tokens_used_today AS tokens_today,
       agents.max_tokens_per_day, agents.llm_calls_today AS calls_today, agents.max_llm_calls_per_day AS max_calls_per_day,
       (SELECT count(*) FROM (SELECT FROM gateway_messages WHERE agent_id = agents.id AND status = 'pending' LIMIT 100) x) AS pending,
       (SELECT count(*) FROM (SELECT FROM gateway_messages WHERE agent_id = agents.id AND status = 'delivered' LIMIT 100) x) AS working,
       (SELECT count(*) FROM (SELECT FROM clawgw.jobs WHERE target_agent_id = agents.id AND state = 'queued' LIMIT 100) x) AS queued,
       agents.role_description::text, agents.created_at
FROM (SELECT id FROM agents
      WHERE /*[agents.deleted_at*/ deleted_at IS NULL AND /*]*/
        ($1::uuid IS NULL OR tenant_id = $1::uuid)
        AND ($2::uuid IS NULL OR creator_id = $2::uuid)
        AND ($3::uuid IS NULL OR id = $3::uuid)
        AND ($4::text IS NULL OR strpos(lower(name), lower($4::text)) > 0)
        AND ($6::text IS NULL OR (name, id) > ($6::text, coalesce($7::uuid, '00000000-0000-0000-0000-000000000000')))
      ORDER BY name, id
      LIMIT $8::integer) page
JOIN agents ON agents.id = page.id
LEFT JOIN tenants tenant ON tenant.id = agents.tenant_id
LEFT JOIN users creator ON creator.id = agents.creator_id
ORDER BY agents.name, agents.id
