-- SPDX-License-Identifier: ISC
-- What became of what an agent sent or got: who asks, and a message, a job (by the id that send-message gave) an attempt to write
-- to a person, or a letter that a worker delivers. One row per agent that the key fits; without a message the rest is NULL. A message is shown to its sender and to
-- who got it, the others only to who sent them.
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL   $3 uuid: the id
-- $4 uuid: the id that the answer of a job has   $5 uuid: the id that the reply to a message has
-- May be repeated: it only reads.
SELECT agent.id AS agent_id, agent.may_act, found.*
FROM (SELECT id, clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                      (SELECT is_active FROM users WHERE id = agents.creator_id)) AS may_act
      FROM agents
      WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
      LIMIT 2) agent
LEFT JOIN LATERAL (
    SELECT message.id, (SELECT name::text FROM agents WHERE id = message.agent_id) AS target, 'openclaw_agent' AS type,
           CASE message.status WHEN 'delivered' THEN 'working' ELSE message.status::text END AS status,
           message.created_at, message.delivered_at, message.completed_at,
           coalesce((SELECT attempts FROM clawgw.deliveries WHERE message_id = message.id),
                    (message.delivered_at IS NOT NULL)::integer) AS attempts,
           CASE WHEN message.status = 'delivered' THEN message.result END AS progress,
           (SELECT id FROM gateway_messages WHERE id = $5::uuid) AS reply_id,
           (SELECT reason FROM clawgw.endings WHERE message_id = message.id) AS error
    FROM gateway_messages message
    WHERE message.id = $3::uuid AND (message.sender_agent_id = agent.id OR message.agent_id = agent.id)
    UNION ALL
    SELECT job.id, (SELECT name::text FROM agents WHERE id = job.target_agent_id), 'agent',
           CASE job.state WHEN 'queued' THEN 'pending' WHEN 'running' THEN 'working' WHEN 'done' THEN 'completed'
                          ELSE coalesce(job.ended_as, 'failed') END,
           job.created_at, NULL, job.finished_at, job.attempts, NULL,
           CASE WHEN job.state = 'done' THEN (SELECT id FROM gateway_messages WHERE id = $4::uuid) END,
           CASE WHEN job.state = 'dead' THEN (SELECT content FROM gateway_messages WHERE id = $4::uuid) END
    -- with a limit, it is looked up by its id
    FROM (SELECT * FROM clawgw.jobs WHERE id = $3::uuid LIMIT 1) job
    WHERE job.source_agent_id = agent.id AND job.target_agent_id IS NOT NULL
    UNION ALL
    -- the letter of an attempt says more than its end: it may have come back since, or have been sent again
    SELECT send.id, (SELECT name::text FROM org_members WHERE id = send.member_id), 'human',
           CASE coalesce(letter.state, send.outcome) WHEN 'queued' THEN 'pending' WHEN 'sending' THEN 'working' WHEN 'sent' THEN 'sent'
                                                     ELSE 'failed' END,
           send.created_at, NULL, coalesce(letter.finished_at, send.finished_at), coalesce(greatest(letter.attempts, 1), 1), NULL, NULL,
           CASE WHEN letter.id IS NULL THEN send.error ELSE letter.error END
    FROM clawgw.sends send
    LEFT JOIN LATERAL (SELECT id, state, finished_at, attempts, error FROM clawgw.letters
                       WHERE letters.id = send.id AND direction = 'out' LIMIT 1) letter ON true
    WHERE send.id = $3::uuid AND send.agent_id = agent.id
    UNION ALL
    SELECT letter.id, (SELECT name::text FROM org_members WHERE id = threads.member_id), 'human',
           CASE letter.state WHEN 'queued' THEN 'pending' WHEN 'sending' THEN 'working' WHEN 'sent' THEN 'sent' ELSE 'failed' END,
           letter.created_at, NULL, letter.finished_at, letter.attempts, NULL, NULL, letter.error
    FROM clawgw.letters letter
    JOIN clawgw.threads ON threads.id = letter.thread_id
    WHERE letter.id = $3::uuid AND letter.direction = 'out' AND threads.agent_id = agent.id
      AND NOT EXISTS (SELECT FROM clawgw.sends WHERE id = letter.id)
) found ON true
