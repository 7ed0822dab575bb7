-- SPDX-License-Identifier: ISC
-- The thread of an agent with a person in which one of some letters stands, by what the channel calls them; the newest.
-- $1 uuid: agent   $2 uuid: member   $3 text: what the channel calls them (text[])
-- May be repeated: it only reads.
SELECT letters.thread_id
FROM clawgw.letters
JOIN clawgw.threads ON threads.id = letters.thread_id
WHERE letters.external_id = ANY ($3::text::text[]) AND threads.agent_id = $1::uuid AND threads.member_id = $2::uuid
ORDER BY letters.created_at DESC
LIMIT 1
