-- SPDX-License-Identifier: ISC
-- What ends when an agent is removed, and what belongs to it. Counts end at 100,000.
-- $1 uuid: the agent
-- May be repeated: it only reads.
SELECT (SELECT count(*) FROM (SELECT FROM gateway_messages WHERE agent_id = $1::uuid AND status IN ('pending', 'delivered')
                              LIMIT 100000) x) AS messages,
       (SELECT count(*) FROM (SELECT FROM clawgw.jobs
                              WHERE (target_agent_id = $1::uuid OR source_agent_id = $1::uuid) AND kind <> 'letter'
                                AND state IN ('queued', 'running') LIMIT 100000) x) AS jobs,
       (SELECT count(*) FROM (SELECT FROM clawgw.jobs
                              WHERE source_agent_id = $1::uuid AND kind = 'letter' AND state IN ('queued', 'running')
                              LIMIT 100000) x) AS letters,
       (SELECT count(*) FROM agent_relationships WHERE agent_id = $1::uuid)
       + (SELECT count(*) FROM agent_agent_relationships WHERE agent_id = $1::uuid OR target_agent_id = $1::uuid) AS relationships,
       (SELECT count(*) FROM (SELECT FROM chat_sessions WHERE agent_id = $1::uuid OR peer_agent_id = $1::uuid
                              LIMIT 100000) x) AS conversations
