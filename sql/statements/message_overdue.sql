-- SPDX-License-Identifier: ISC
-- End messages that nobody will answer, and tell who sent them: those that are older than $1, and those for agents that may not act
-- (removed or suspended, by whoever; also if its row is gone, with its messages). What the platform had before the gateway came is left as it is.
-- `ended` at most $2 of each; 0 also while somebody else is at it.
-- $1 interval: how long a message lives   $2 integer: how many at most
-- May be repeated: what has ended is not found again.
WITH RECURSIVE turn AS MATERIALIZED (
    SELECT pg_try_advisory_xact_lock(1129071439) AS mine -- "CLGO"
), receiver AS (
    -- the agents that have something, found from one to the next through the indexes: messages are many, agents few
    (SELECT agent_id FROM gateway_messages WHERE status = 'pending' ORDER BY agent_id LIMIT 1)
    UNION ALL
    SELECT next.agent_id
    FROM receiver
    CROSS JOIN LATERAL (SELECT agent_id FROM gateway_messages
                        WHERE status = 'pending' AND agent_id > receiver.agent_id ORDER BY agent_id LIMIT 1) next
), holder AS (
    (SELECT agent_id FROM gateway_messages WHERE status = 'delivered' ORDER BY agent_id LIMIT 1)
    UNION ALL
    SELECT next.agent_id
    FROM holder
    CROSS JOIN LATERAL (SELECT agent_id FROM gateway_messages
                        WHERE status = 'delivered' AND agent_id > holder.agent_id ORDER BY agent_id LIMIT 1) next
), silent AS MATERIALIZED (
    SELECT agent.id
    FROM (SELECT agent_id FROM receiver UNION SELECT agent_id FROM holder) addressed
    -- with a limit, a row is looked up by its id even if the table was empty when this was planned
    CROSS JOIN LATERAL (
        SELECT id, clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                        (SELECT is_active FROM users WHERE id = agents.creator_id)) AS may_act
        FROM agents WHERE id = addressed.agent_id LIMIT 1) agent
    WHERE agent.may_act IS NOT TRUE
), unanswered AS MATERIALIZED (
    SELECT message.id
    FROM silent
    CROSS JOIN (SELECT clawgw.adopted_at() AS since OFFSET 0) adopted
    CROSS JOIN LATERAL (
        (SELECT id FROM gateway_messages WHERE agent_id = silent.id AND status = 'pending' AND created_at >= since LIMIT $2::integer)
        UNION ALL
        (SELECT id FROM gateway_messages WHERE agent_id = silent.id AND status = 'delivered' AND created_at >= since LIMIT $2::integer)) message
    LIMIT $2::integer
), overdue AS MATERIALIZED (
    SELECT id FROM gateway_messages
    WHERE (status IN ('pending', 'delivered')) IS TRUE AND created_at < now() - $1::interval
      AND created_at >= (SELECT clawgw.adopted_at())
      AND id <> ALL (ARRAY(SELECT id FROM unanswered))
    ORDER BY created_at
    LIMIT $2::integer
)
SELECT CASE WHEN mine THEN
           (SELECT count(*) FROM clawgw.message_end(ARRAY(SELECT id FROM overdue), 'expired',
                                                    'did not answer in time: your message has expired'))
           + (SELECT count(*) FROM clawgw.message_end(ARRAY(SELECT id FROM unanswered), 'failed',
                                                      'will not answer: this agent was removed or suspended'))
           + clawgw.removals_tell($2::integer)
       ELSE 0 END AS ended
FROM turn
