-- SPDX-License-Identifier: ISC
-- The conversations of pairs of agents: those that they have, or the ones given, made on first use, with the participants, and what was said under their older names
-- moved to them. A statement of its own: the next one sees what others made in the same moment.
-- Arrays as text, entry by entry about the same job: $1 text: jobs (uuid[])   $2 text: conversations (uuid[])
-- May be repeated: what is there stays.
WITH job AS MATERIALIZED (
    SELECT job.source_agent_id, job.target_agent_id, job.pair_lo, job.pair_hi,
           clawgw.pair_conversation(job.pair_lo, job.pair_hi, wanted.conversation_id::text)::uuid AS conversation_id,
           source.name AS source_name, target.name AS target_name, target.creator_id, target.tenant_id
    FROM unnest($1::text::uuid[], $2::text::uuid[]) AS wanted(id, conversation_id)
    CROSS JOIN LATERAL (
        SELECT source_agent_id, target_agent_id, least(source_agent_id, target_agent_id) AS pair_lo,
               greatest(source_agent_id, target_agent_id) AS pair_hi
        FROM clawgw.jobs WHERE id = wanted.id LIMIT 1
    ) job
    CROSS JOIN LATERAL (SELECT name FROM agents WHERE id = job.source_agent_id LIMIT 1) source
    CROSS JOIN LATERAL (SELECT name, creator_id, tenant_id FROM agents WHERE id = job.target_agent_id LIMIT 1) target
), made AS (
    INSERT INTO participants (id, type, ref_id, display_name, created_at)
    SELECT gen_random_uuid(), 'agent', id, name, clock_timestamp()
    FROM (SELECT source_agent_id AS id, source_name AS name FROM job
          UNION
          SELECT target_agent_id, target_name FROM job) agent
    WHERE NOT EXISTS (SELECT FROM participants WHERE type = 'agent' AND ref_id = agent.id)
    ORDER BY id
    ON CONFLICT (type, ref_id) DO NOTHING
), session AS (
    INSERT INTO chat_sessions (id, /*[chat_sessions.tenant_id*/ tenant_id, /*]*/ agent_id, user_id, title, source_channel,
                               /*[chat_sessions.session_type*/ session_type, /*]*/ is_group, peer_agent_id, created_at,
                               /*[chat_sessions.updated_at*/ updated_at, /*]*/ last_message_at)
    SELECT conversation_id, /*[chat_sessions.tenant_id*/ tenant_id, /*]*/ pair_lo, creator_id,
           left(source_name || ' ↔ ' || target_name, 200), 'agent', /*[chat_sessions.session_type*/ 'a2a', /*]*/ false,
           pair_hi, clock_timestamp(), /*[chat_sessions.updated_at*/ clock_timestamp(), /*]*/ clock_timestamp()
    FROM (SELECT DISTINCT ON (conversation_id) * FROM job ORDER BY conversation_id) job
    ORDER BY conversation_id
    ON CONFLICT (id) DO UPDATE SET last_message_at = EXCLUDED.last_message_at
), older AS MATERIALIZED (
    SELECT 'gw_agent_' || pair_lo || '_' || pair_hi AS id, conversation_id::text AS conversation FROM job
    UNION
    SELECT 'gw_agent_' || pair_hi || '_' || pair_lo, conversation_id::text FROM job
)
UPDATE chat_messages
SET conversation_id = (SELECT conversation FROM older WHERE older.id = chat_messages.conversation_id)
WHERE conversation_id = ANY (ARRAY(SELECT id FROM older))
