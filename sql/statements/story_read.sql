-- SPDX-License-Identifier: ISC
-- The story of a message, a job or a letter: what happened to it, oldest first. `related` is something else that it led to or came from,
-- with a story of its own. Whoever asks has been allowed to see it.
-- $1 uuid: its id   $2 uuid: the id that the answer of a job has
-- May be repeated: it only reads.
WITH message AS MATERIALIZED (
    SELECT * FROM gateway_messages WHERE id = $1::uuid
), job AS MATERIALIZED (
    SELECT * FROM clawgw.jobs WHERE id = $1::uuid
), letter AS MATERIALIZED (
    SELECT * FROM clawgw.letters WHERE id = $1::uuid
), step AS MATERIALIZED (
    SELECT * FROM clawgw.steps WHERE subject_id = $1::uuid ORDER BY at DESC LIMIT 1000
), told AS (
    SELECT 0 AS place, message.created_at AS at, 'written' AS step,
           concat('from ', coalesce(sender.name, users.display_name, clawgw.letter_writer(message.id), 'nobody'), ' to ', agent.name,
                  ', ', length(message.content), ' characters',
                  CASE WHEN message.conversation_id <> '' THEN ', conversation ' || message.conversation_id END) AS note,
           NULL::text AS session, NULL::text AS trace_id, NULL::uuid AS related
    FROM message
    LEFT JOIN agents agent ON agent.id = message.agent_id
    LEFT JOIN agents sender ON sender.id = message.sender_agent_id
    LEFT JOIN users ON users.id = message.sender_user_id
    UNION ALL
    SELECT 1, message.created_at, 'answers', CASE WHEN replies.depth >= 1000 THEN 'a notice of the gateway' END, NULL, NULL,
           nullif(replies.in_reply_to, message.id)
    FROM message JOIN clawgw.replies ON replies.message_id = message.id
    UNION ALL
    SELECT 2, step.at, step.step, step.note, step.session, step.trace_id, NULL FROM step
    UNION ALL
    -- from before there were steps, or handed out by the platform's own service
    SELECT 3, message.delivered_at, 'handed_out', NULL, NULL, NULL, NULL
    FROM message
    WHERE message.delivered_at IS NOT NULL AND NOT EXISTS (SELECT FROM step WHERE step.step IN ('handed_out', 'progress'))
    UNION ALL
    SELECT 4, handouts.handed_at, 'unconfirmed', 'nobody knows yet whether the answer that carried it has arrived', handouts.session,
           NULL, NULL
    FROM message
    JOIN clawgw.handouts ON handouts.message_id = message.id
    WHERE NOT handouts.confirmed AND message.status = 'delivered'
    UNION ALL
    SELECT 5, message.completed_at, message.status,
           CASE WHEN message.status = 'completed' THEN concat('with ', length(message.result), ' characters')
                ELSE (SELECT reason FROM clawgw.endings WHERE endings.message_id = message.id) END, NULL, NULL, NULL
    FROM message
    WHERE message.completed_at IS NOT NULL AND message.status NOT IN ('pending', 'delivered')
      AND NOT EXISTS (SELECT FROM step WHERE step.step = message.status)
    UNION ALL
    SELECT 0, job.created_at, 'written',
           concat('from ', coalesce(source.name, users.display_name, clawgw.letter_writer(job.subject_id), 'nobody'),
                  coalesce(' to ' || target.name, ''), ', ', length(job.content), ' characters'), NULL, NULL,
           nullif(job.subject_id, job.id)
    FROM job
    LEFT JOIN agents source ON source.id = job.source_agent_id
    LEFT JOIN agents target ON target.id = job.target_agent_id
    LEFT JOIN users ON users.id = job.source_user_id
    UNION ALL
    SELECT 9, clock_timestamp(), 'waits', clawgw.job_waits_for(job), NULL, NULL, NULL
    FROM clawgw.jobs job
    WHERE job.id = $1::uuid AND job.state IN ('queued', 'running')
    UNION ALL
    SELECT 5, job.finished_at, job.state, job.last_error, NULL, NULL, NULL
    FROM job
    WHERE job.finished_at IS NOT NULL AND NOT EXISTS (SELECT FROM step WHERE step.step = job.state)
    UNION ALL
    SELECT 6, answer.created_at, 'answer', 'to who asked, ' || answer.status, NULL, NULL, answer.id
    FROM job
    CROSS JOIN LATERAL (SELECT * FROM gateway_messages WHERE id = $2::uuid LIMIT 1) answer
    UNION ALL
    SELECT 6, reply.created_at, 'reply', concat('to ', agent.name, ', ', reply.status), NULL, NULL, reply.id
    FROM (SELECT message_id FROM clawgw.replies WHERE in_reply_to = $1::uuid LIMIT 100) chain
    CROSS JOIN LATERAL (SELECT * FROM gateway_messages WHERE id = chain.message_id LIMIT 1) reply
    LEFT JOIN agents agent ON agent.id = reply.agent_id
    UNION ALL
    SELECT 0, letter.created_at, CASE letter.direction WHEN 'in' THEN 'received' ELSE 'letter' END,
           concat(threads.channel, CASE letter.direction WHEN 'in' THEN ' from ' ELSE ' to ' END, member.name, ': ', threads.subject),
           NULL, NULL, letter.answers
    FROM letter
    JOIN clawgw.threads ON threads.id = letter.thread_id
    LEFT JOIN org_members member ON member.id = threads.member_id
    UNION ALL
    SELECT 5, letter.finished_at, letter.state, letter.error, NULL, NULL, NULL
    FROM letter
    WHERE letter.finished_at IS NOT NULL AND NOT EXISTS (SELECT FROM step WHERE step.step = letter.state)
    UNION ALL
    -- the letter in which the answer to this one went out
    SELECT 7, post.created_at, 'letter', concat('to ', member.name, ', ', post.state, coalesce(': ' || post.error, '')), NULL, NULL, post.id
    FROM (SELECT thread_id FROM clawgw.letters WHERE id = $1::uuid) came
    CROSS JOIN LATERAL (SELECT * FROM clawgw.letters
                        WHERE thread_id = came.thread_id AND answers = $1::uuid
                        ORDER BY created_at DESC, id DESC LIMIT 20) post
    JOIN clawgw.threads ON threads.id = post.thread_id
    LEFT JOIN org_members member ON member.id = threads.member_id
)
SELECT at, step::text, note::text, session, trace_id, related FROM told ORDER BY place = 9, at, place
