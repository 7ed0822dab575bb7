-- SPDX-License-Identifier: ISC
-- What jobs of people who wrote letters need: who wrote, and what was said before.
-- Rows as those of conversation_ask.sql: per job one of kind 0 (text: the person's name), then its history of kind 1, oldest first.
-- $1 text: jobs (uuid[])   $2 integer: rows of history   $3 integer: characters of each
-- May be repeated: it only reads.
WITH job AS MATERIALIZED (
    SELECT wanted.n, job.id, job.conversation_id, clawgw.letter_writer(job.subject_id) AS writer,
           (SELECT created_at FROM chat_messages WHERE id = job.id) AS asked_at
    FROM unnest($1::text::uuid[]) WITH ORDINALITY AS wanted(id, n)
    CROSS JOIN LATERAL (SELECT id, conversation_id, subject_id FROM clawgw.jobs WHERE id = wanted.id LIMIT 1) job
)
SELECT n::integer AS n, 0 AS kind, coalesce(writer, '') AS text, NULL AS name, NULL::timestamptz AS created_at, NULL::uuid AS row_id
FROM job
UNION ALL
SELECT job.n::integer, 1, left(history.content, $3::integer), history.role::text, history.created_at, history.id
FROM job
CROSS JOIN LATERAL (
    SELECT id, role, content, created_at
    FROM chat_messages
    WHERE conversation_id = job.conversation_id AND role IN ('user', 'assistant')
      AND (created_at, id) < (coalesce(job.asked_at, 'infinity'), job.id)
    ORDER BY created_at DESC, id DESC
    LIMIT $2::integer
) history
ORDER BY 1, 2, 5, 6
