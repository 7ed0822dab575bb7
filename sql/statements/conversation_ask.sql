-- SPDX-License-Identifier: ISC
-- Puts the requests of jobs on record in the conversations of their pairs, and reads what was said before.
-- Rows: per job one of kind 0 (text: the source's name), then its history of kind 1, oldest first (text; `name`: the role as seen
-- from the target; rows without a participant are what their role says).
-- Arrays as text, entry by entry about the same job: $1 text: jobs (uuid[])   $2 text: conversations (uuid[])
-- $3 text: ids of the rows for the requests (uuid[])   $4 integer: rows of history   $5 integer: characters of each
-- May be repeated: the rows have ids of the caller.
WITH job AS MATERIALIZED (
    SELECT job.seq, job.content, wanted.n, wanted.user_row,
           clawgw.pair_conversation(job.source_agent_id, job.target_agent_id, wanted.conversation_id::text) AS conversation,
           job.target_agent_id,
           source.name AS source_name, target.creator_id, target.tenant_id,
           (SELECT id FROM participants WHERE type = 'agent' AND ref_id = job.source_agent_id) AS source_participant,
           (SELECT id FROM participants WHERE type = 'agent' AND ref_id = job.target_agent_id) AS target_participant,
           -- not null: asked before and not answered, and what came later is not history
           (SELECT created_at FROM chat_messages WHERE id = wanted.user_row) AS asked_at
    FROM unnest($1::text::uuid[], $2::text::uuid[], $3::text::uuid[])
        WITH ORDINALITY AS wanted(id, conversation_id, user_row, n)
    CROSS JOIN LATERAL (
        SELECT seq, source_agent_id, target_agent_id, content FROM clawgw.jobs WHERE id = wanted.id LIMIT 1
    ) job
    CROSS JOIN LATERAL (SELECT name FROM agents WHERE id = job.source_agent_id LIMIT 1) source
    CROSS JOIN LATERAL (SELECT creator_id, tenant_id FROM agents WHERE id = job.target_agent_id LIMIT 1) target
), asked AS (
    INSERT INTO chat_messages (id, /*[chat_messages.tenant_id*/ tenant_id, /*]*/ agent_id, user_id, role, content,
                               conversation_id, participant_id, /*[chat_messages.mentions*/ mentions, /*]*/ created_at)
    SELECT user_row, /*[chat_messages.tenant_id*/ tenant_id, /*]*/ target_agent_id, creator_id, 'user', content,
           conversation, source_participant, /*[chat_messages.mentions*/ '[]', /*]*/ clock_timestamp()
    FROM job
    ORDER BY seq
    ON CONFLICT (id) DO NOTHING
)
SELECT n::integer AS n, 0 AS kind, source_name::text AS text, NULL AS name, NULL::timestamptz AS created_at, NULL::uuid AS row_id
FROM job
UNION ALL
SELECT job.n::integer, 1, left(history.content, $5::integer),
       CASE WHEN history.participant_id = job.target_participant THEN 'assistant'
            WHEN history.participant_id = job.source_participant THEN 'user'
            ELSE history.role::text END,
       history.created_at, history.id
FROM job
CROSS JOIN LATERAL (
    SELECT id, role, content, participant_id, created_at
    FROM chat_messages
    WHERE conversation_id = job.conversation AND role IN ('user', 'assistant')
      AND (created_at, id) < (coalesce(job.asked_at, 'infinity'), job.user_row)
    ORDER BY created_at DESC, id DESC
    LIMIT $4::integer
) history
ORDER BY 1, 2, 5, 6
