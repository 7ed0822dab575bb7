-- SPDX-License-Identifier: ISC
-- What jobs that deliver letters need: one row per job whose letter is there. `repeats`: microseconds since it was handed to the channel
-- for good, NULL: it was not. `answered`: what the channel calls the letter that this one answers. `earlier`: what it calls the
-- thread's letters before, oldest first, each on a line.
-- $1 text: jobs (uuid[])
-- May be repeated: it only reads.
SELECT wanted.n::integer AS n, letter.id, letter.state, (extract(epoch FROM clock_timestamp() - letter.sending_at) * 1000000)::bigint AS repeats,
       letter.content, thread.id AS thread_id, thread.channel, thread.subject, thread.place,
       answered.external_id AS answered, answered.id IS NOT NULL AS is_answer, agent.id AS agent_id, agent.name::text AS agent_name,
       member.id AS member_id, member.name::text AS member_name, member.external_id::text AS member_external_id, member.open_id::text,
       member.email::text,
       (SELECT string_agg(earlier.external_id, E'\n' ORDER BY earlier.created_at, earlier.id)
        FROM (SELECT external_id, created_at, id FROM clawgw.letters
              WHERE letters.thread_id = thread.id AND letters.id <> letter.id AND letters.created_at < letter.created_at
                AND letters.external_id IS NOT NULL
              ORDER BY letters.created_at DESC, letters.id DESC
              LIMIT 20) earlier) AS earlier
FROM unnest($1::text::uuid[]) WITH ORDINALITY AS wanted(id, n)
CROSS JOIN LATERAL (SELECT subject_id FROM clawgw.jobs WHERE id = wanted.id LIMIT 1) job
CROSS JOIN LATERAL (SELECT * FROM clawgw.letters WHERE id = job.subject_id AND direction = 'out' LIMIT 1) letter
CROSS JOIN LATERAL (SELECT * FROM clawgw.threads WHERE id = letter.thread_id LIMIT 1) thread
CROSS JOIN LATERAL (SELECT id, name FROM agents WHERE id = thread.agent_id LIMIT 1) agent
CROSS JOIN LATERAL (SELECT id, name, external_id, open_id, email FROM org_members WHERE id = thread.member_id LIMIT 1) member
LEFT JOIN LATERAL (SELECT id, external_id FROM clawgw.letters WHERE id = letter.answers LIMIT 1) answered ON true
