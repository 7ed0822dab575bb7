-- SPDX-License-Identifier: ISC
-- What an id or a trace id means to an operator: messages, jobs and letters. One row each, the newest first, at most 100.
-- $1 uuid: the id, or NULL   $2 text: the trace id, or NULL
-- $3 uuid: only of this organisation, NULL: any   $4 uuid: only of agents that this user made, NULL: any
-- May be repeated: it only reads.
WITH wanted AS MATERIALIZED (
    SELECT $1::uuid AS id WHERE $1::uuid IS NOT NULL
    UNION
    SELECT subject_id FROM (SELECT subject_id FROM clawgw.steps WHERE trace_id = $2::text LIMIT 1000) traced
), found AS MATERIALIZED (
    SELECT 'message' AS kind, message.id, message.status::text AS state, message.created_at, message.agent_id
    FROM wanted
    CROSS JOIN LATERAL (SELECT * FROM gateway_messages WHERE id = wanted.id LIMIT 1) message
    UNION ALL
    SELECT 'job', job.id, job.state, job.created_at, coalesce(job.target_agent_id, job.source_agent_id)
    FROM wanted
    CROSS JOIN LATERAL (SELECT * FROM clawgw.jobs WHERE id = wanted.id LIMIT 1) job
    UNION ALL
    SELECT 'letter', letter.id, letter.state, letter.created_at, threads.agent_id
    FROM wanted
    CROSS JOIN LATERAL (SELECT * FROM clawgw.letters WHERE id = wanted.id LIMIT 1) letter
    JOIN clawgw.threads ON threads.id = letter.thread_id
)
SELECT found.kind, found.id, found.state, found.created_at, agent.id AS agent_id, agent.name::text AS agent, agent.tenant_id
FROM found
CROSS JOIN LATERAL (SELECT * FROM agents WHERE id = found.agent_id LIMIT 1) agent
WHERE ($3::uuid IS NULL OR (agent.tenant_id = $3::uuid) IS TRUE)
  AND ($4::uuid IS NULL OR (agent.creator_id = $4::uuid) IS TRUE)
ORDER BY found.created_at DESC, found.id DESC, found.kind
LIMIT 100
