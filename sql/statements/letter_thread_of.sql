-- SPDX-License-Identifier: ISC
-- The thread of an agent with a person in which one of some letters stands, by what the channel calls them; the newest.
-- $1 uuid: agent   $2 uuid: member   $3 text: what the channel calls them (text[])
-- May be repeated: it only reads.
SELECT found.thread_id
FROM (SELECT thread_id, created_at FROM clawgw.letters WHERE external_id = ANY ($3::text::text[]) OFFSET 0) found
-- with a limit, a thread is looked up by its id
CROSS JOIN LATERAL (SELECT agent_id, member_id FROM clawgw.threads WHERE id = found.thread_id LIMIT 1) thread
WHERE thread.agent_id = $1::uuid AND thread.member_id = $2::uuid
ORDER BY found.created_at DESC
LIMIT 1
