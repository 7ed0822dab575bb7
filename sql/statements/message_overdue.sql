-- SPDX-License-Identifier: ISC
-- End messages that nobody will answer, and tell who sent them: those that are older than $1, and those for agents that may not act
-- (removed or suspended, by whoever). `ended` at most $2.
-- $1 interval: how long a message lives   $2 integer: how many at most
-- May be repeated: what has ended is not found again.
WITH unfinished AS MATERIALIZED (
    SELECT message.id, message.created_at < now() - $1::interval AS is_old
    FROM gateway_messages message
    JOIN agents ON agents.id = message.agent_id
    WHERE (message.status IN ('pending', 'delivered')) IS TRUE
      AND (message.created_at < now() - $1::interval
           OR NOT clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                       (SELECT is_active FROM users WHERE id = agents.creator_id)))
    ORDER BY message.created_at
    LIMIT $2::integer
)
SELECT (SELECT count(*) FROM clawgw.message_end(ARRAY(SELECT id FROM unfinished WHERE is_old), 'expired',
                                                'did not answer in time: your message has expired'))
       + (SELECT count(*) FROM clawgw.message_end(ARRAY(SELECT id FROM unfinished WHERE NOT is_old), 'failed',
                                                  'will not answer: this agent was removed or suspended')) AS ended
