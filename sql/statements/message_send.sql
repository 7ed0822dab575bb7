-- SPDX-License-Identifier: ISC
-- Sending a message to whoever is meant by a name: who asks, what that key led to before, who is meant, and, when that is
-- one agent, the message (openclaw) or the job (native). People are only found here: channels reach them.
-- Rows: one per hit of the first rule that finds anybody (at most 11), or one without a hit. Nothing is written unless `stored`.
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL
-- $3 interval: how old a last-seen time may get   $4 text: the name, trimmed   $5 text: the channel asked for, or NULL
-- $6 text: the content   $7 uuid: id of the message or job   $8 uuid: id of the row in the conversation
-- $9 text: idempotency key, or NULL   $10 bytea: digest of the request
-- $11 bigint, $12 bigint, $13 bigint: how many may wait from the caller for one target, for one target, in the organisation
-- $14 text: trace id, or NULL
-- May be repeated: the caller made the ids, and a repeat with a key finds what it led to.
WITH agent AS MATERIALIZED (
    SELECT id, name, tenant_id, creator_id, count(*) OVER () AS twins,
           clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                (SELECT is_active FROM users WHERE id = agents.creator_id)) AS may_act
    FROM agents
    WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
    LIMIT 2
), caller AS MATERIALIZED (
    SELECT * FROM agent WHERE twins = 1 AND may_act
), prior AS MATERIALIZED (
    SELECT state, request_digest = $10::bytea AS same, busy_until < clock_timestamp() AS cut_off, target_name, target_type,
           channel, message_id
    FROM clawgw.idempotency_keys
    WHERE agent_id = (SELECT id FROM caller) AND key = $9::text
), wanted AS MATERIALIZED (
    -- asked for by subqueries below: a value, so that the tenant's part of an index is read and no more
    SELECT id AS caller_id, tenant_id, clawgw.name_key($4::text) AS key,
           $5::text IS NULL OR $5::text = 'agent' AS agents,
           -- with channel "agent" people come behind all agents, only to be told that no such channel reaches them
           CASE WHEN $5::text = 'agent' THEN 6 ELSE 0 END AS people_after
    FROM caller
    WHERE NOT EXISTS (SELECT FROM prior)
), person AS MATERIALIZED (
    SELECT DISTINCT ON (member.id) member.id, member.name, member.external_id, member.open_id, member.email,
           CASE WHEN member.name = $4::text THEN 2
                WHEN clawgw.name_key(member.name) = wanted.key THEN 4
                WHEN wanted.key <> '' AND strpos(clawgw.name_key(member.name), wanted.key) > 0 THEN 6
           END + wanted.people_after AS rule
    FROM agent_relationships relationship
    JOIN org_members member ON member.id = relationship.member_id
    CROSS JOIN wanted
    WHERE relationship.agent_id = (SELECT caller_id FROM wanted) AND (member.status = 'active') IS TRUE
      AND (member.tenant_id = (SELECT tenant_id FROM wanted)) IS TRUE -- (as the line before) not something to look up by
), exact_agent AS MATERIALIZED (
    SELECT peer.id, peer.name, peer.agent_type, 1 AS rule,
           clawgw.agent_may_act(peer, (SELECT is_active FROM tenants WHERE id = peer.tenant_id),
                                (SELECT is_active FROM users WHERE id = peer.creator_id)) AS may_act
    FROM agents peer
    WHERE peer.tenant_id = (SELECT tenant_id FROM wanted)
      AND peer.name = $4::text
      AND (SELECT agents FROM wanted) AND peer.id <> (SELECT caller_id FROM wanted) AND /*[agents.deleted_at*/ coalesce(peer.deleted_at, 'infinity') = 'infinity' AND /*]*/
          (/*[agents.access_mode*/ peer.access_mode = 'company' OR /*]*/ /*[!agents.access_mode true OR ]*/
           EXISTS (SELECT FROM agent_agent_relationships
                      WHERE target_agent_id = peer.id AND agent_id = (SELECT caller_id FROM wanted)))
    LIMIT 11
), folded_agent AS MATERIALIZED (
    SELECT peer.id, peer.name, peer.agent_type, 3 AS rule,
           clawgw.agent_may_act(peer, (SELECT is_active FROM tenants WHERE id = peer.tenant_id),
                                (SELECT is_active FROM users WHERE id = peer.creator_id)) AS may_act
    FROM agents peer
    WHERE NOT EXISTS (SELECT FROM exact_agent)
      AND peer.tenant_id = (SELECT tenant_id FROM wanted)
      AND clawgw.name_key(peer.name) COLLATE "C" = (SELECT key FROM wanted)
      AND (SELECT agents FROM wanted) AND peer.id <> (SELECT caller_id FROM wanted) AND /*[agents.deleted_at*/ coalesce(peer.deleted_at, 'infinity') = 'infinity' AND /*]*/
          (/*[agents.access_mode*/ peer.access_mode = 'company' OR /*]*/ /*[!agents.access_mode true OR ]*/
           EXISTS (SELECT FROM agent_agent_relationships
                      WHERE target_agent_id = peer.id AND agent_id = (SELECT caller_id FROM wanted)))
    LIMIT 11
), containing_agent AS MATERIALIZED (
    SELECT peer.id, peer.name, peer.agent_type, 5 AS rule,
           clawgw.agent_may_act(peer, (SELECT is_active FROM tenants WHERE id = peer.tenant_id),
                                (SELECT is_active FROM users WHERE id = peer.creator_id)) AS may_act
    -- a part of a name is found by reading names: where an organisation has more, only so many; each peer then by its id
    FROM clawgw.agents_by_name((SELECT tenant_id FROM wanted), 2000) AS listed (id)
    JOIN agents peer ON peer.id = listed.id
    WHERE NOT EXISTS (SELECT FROM exact_agent) AND NOT EXISTS (SELECT FROM folded_agent)
      AND NOT EXISTS (SELECT FROM person WHERE rule < 5)
      AND (SELECT key <> '' FROM wanted)
      AND strpos(clawgw.name_key(peer.name), (SELECT key FROM wanted)) > 0
      AND (SELECT agents FROM wanted) AND peer.id <> (SELECT caller_id FROM wanted) AND /*[agents.deleted_at*/ coalesce(peer.deleted_at, 'infinity') = 'infinity' AND /*]*/
          (/*[agents.access_mode*/ peer.access_mode = 'company' OR /*]*/ /*[!agents.access_mode true OR ]*/
           EXISTS (SELECT FROM agent_agent_relationships
                      WHERE target_agent_id = peer.id AND agent_id = (SELECT caller_id FROM wanted)))
    LIMIT 11
), hit AS MATERIALIZED (
    SELECT rule, CASE agent_type WHEN 'openclaw' THEN 'openclaw_agent' ELSE 'agent' END AS type, id, name,
           NULL::varchar AS external_id, NULL::varchar AS open_id, NULL::varchar AS email, may_act
    FROM (SELECT * FROM exact_agent UNION ALL SELECT * FROM folded_agent UNION ALL SELECT * FROM containing_agent) peer
    UNION ALL
    SELECT rule, 'human', id, name, external_id, open_id, email, true FROM person WHERE rule IS NOT NULL
), meant AS MATERIALIZED (
    SELECT * FROM hit WHERE rule = (SELECT min(rule) FROM hit) ORDER BY name, id LIMIT 11
), only_one AS MATERIALIZED (
    SELECT meant.*,
           clawgw.queue_full(meant.type = 'agent', caller.id, meant.id, caller.tenant_id, $11::bigint, $12::bigint,
                             $13::bigint) AS full_queue
    FROM meant, caller
    WHERE meant.type <> 'human' AND meant.may_act AND (SELECT count(*) FROM meant) = 1
), target AS MATERIALIZED (
    SELECT * FROM only_one WHERE full_queue IS NULL
), remembered AS (
    INSERT INTO clawgw.idempotency_keys (agent_id, key, request_digest, target_name, target_type, message_id)
    SELECT caller.id, $9::text, $10::bytea, target.name, target.type, $7::uuid
    FROM caller, target
    WHERE $9::text IS NOT NULL
    ON CONFLICT (agent_id, key) DO NOTHING
    RETURNING true AS mine
), allowed AS MATERIALIZED (
    -- somebody else may have taken the idempotency key since this statement began
    SELECT target.*,
           CASE WHEN target.type = 'openclaw_agent'
                THEN clawgw.pair_conversation(caller.id, target.id, 'gw_agent_' || caller.id || '_' || target.id) END AS conversation
    FROM target, caller
    WHERE $9::text IS NULL OR EXISTS (SELECT FROM remembered)
), message AS (
    INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, created_at)
    SELECT $7::uuid, allowed.id, caller.id, allowed.conversation, $6::text, 'pending', clock_timestamp()
    FROM allowed, caller
    WHERE allowed.type = 'openclaw_agent'
    ON CONFLICT (id) DO NOTHING
    RETURNING id
), spoken AS (
    INSERT INTO chat_messages (id, agent_id, user_id, role, content, conversation_id, participant_id, created_at
                               /*[chat_messages.tenant_id*/, tenant_id/*]*/ /*[chat_messages.mentions*/, mentions/*]*/)
    SELECT $8::uuid, allowed.id, caller.creator_id, 'user', $6::text, allowed.conversation,
           (SELECT id FROM participants WHERE type = 'agent' AND ref_id = caller.id), clock_timestamp()
           /*[chat_messages.tenant_id*/, caller.tenant_id/*]*/ /*[chat_messages.mentions*/, '[]'/*]*/
    FROM allowed, caller
    WHERE allowed.type = 'openclaw_agent'
    ON CONFLICT (id) DO NOTHING
), talked AS (
    UPDATE chat_sessions SET last_message_at = clock_timestamp()
    WHERE id = (SELECT conversation::uuid FROM allowed
                WHERE conversation ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
), job AS (
    INSERT INTO clawgw.jobs (id, source_agent_id, target_agent_id, content)
    SELECT $7::uuid, caller.id, allowed.id, $6::text
    FROM allowed, caller
    WHERE allowed.type = 'agent'
    ON CONFLICT (id) DO NOTHING
    RETURNING id
), stepped AS (
    INSERT INTO clawgw.steps (subject_id, step, trace_id)
    SELECT id, 'accepted', $14::text FROM (SELECT id FROM message UNION ALL SELECT id FROM job) accepted
)
SELECT agent.id AS agent_id, agent.name::text AS agent_name,
       prior.state AS prior_state, prior.same AS prior_same, prior.cut_off AS prior_cut_off, prior.target_name AS prior_name,
       prior.target_type AS prior_type, prior.channel AS prior_channel, prior.message_id AS prior_message,
       meant.type, meant.id, meant.name::text, meant.external_id::text, meant.open_id::text, meant.email::text,
       EXISTS (SELECT FROM allowed) AS stored, agent.twins::integer AS twins, agent.tenant_id, agent.may_act,
       meant.may_act AS target_may_act, (SELECT full_queue FROM only_one) AS full_queue,
       (SELECT clawgw.agent_see(id, $3::interval, false) FROM caller) AS seen
FROM agent
LEFT JOIN prior ON true
LEFT JOIN meant ON true
