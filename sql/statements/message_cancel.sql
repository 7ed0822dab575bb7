-- SPDX-License-Identifier: ISC
-- An agent takes back what it has sent and nobody has got: a message or a job. `outcome`: cancelled (also before), delivered (too
-- late, or it ended otherwise), not_found (not sent by this agent).
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL   $3 uuid: the id
-- $4 uuid: the id of the row in the conversation
-- May be repeated: it is cancelled then.
WITH agent AS MATERIALIZED (
    SELECT id, count(*) OVER () AS twins,
           clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                (SELECT is_active FROM users WHERE id = agents.creator_id)) AS may_act
    FROM agents
    WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
    LIMIT 2
), message AS MATERIALIZED (
    SELECT id, status FROM gateway_messages
    WHERE id = $3::uuid AND sender_agent_id = (SELECT id FROM agent WHERE twins = 1 AND may_act)
    FOR UPDATE
), job AS MATERIALIZED (
    SELECT id, state, ended_as FROM clawgw.jobs
    WHERE id = $3::uuid AND source_agent_id = (SELECT id FROM agent WHERE twins = 1 AND may_act)
    FOR UPDATE
), taken_back AS (
    UPDATE gateway_messages SET status = 'cancelled', completed_at = clock_timestamp()
    FROM message
    WHERE gateway_messages.id = message.id AND message.status = 'pending'
    RETURNING gateway_messages.id
), unsaid AS (
    DELETE FROM chat_messages WHERE id = $4::uuid AND EXISTS (SELECT FROM taken_back)
), stopped AS (
    UPDATE clawgw.jobs SET state = 'dead', ended_as = 'cancelled', finished_at = clock_timestamp(),
                           last_error = 'cancelled by its sender'
    FROM job
    WHERE jobs.id = job.id AND job.state = 'queued'
    RETURNING jobs.id
)
SELECT agent.id AS agent_id, agent.may_act,
       CASE WHEN EXISTS (SELECT FROM taken_back) OR EXISTS (SELECT FROM stopped)
                 OR EXISTS (SELECT FROM message WHERE status = 'cancelled')
                 OR EXISTS (SELECT FROM job WHERE ended_as = 'cancelled') THEN 'cancelled'
            WHEN EXISTS (SELECT FROM message) OR EXISTS (SELECT FROM job)
                 OR EXISTS (SELECT FROM clawgw.sends WHERE id = $3::uuid AND agent_id = agent.id) THEN 'delivered'
            ELSE 'not_found' END AS outcome
FROM agent
