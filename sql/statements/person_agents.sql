-- SPDX-License-Identifier: ISC
-- The agents that somebody may write to, by name, with how many of their answers he has not read (counted to 100 in each conversation).
-- $1 uuid: the user   $2 uuid: the tenant   $3 interval: an agent seen within this time is there   $4 integer: at most
-- $5 uuid: only this agent, or NULL
-- May be repeated: it only reads.
WITH agent AS MATERIALIZED (
    SELECT agents.id, agents.name, agents.agent_type, agents.role_description, agents.openclaw_last_seen, agents.created_at,
           clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                (SELECT is_active FROM users creator WHERE creator.id = agents.creator_id)) AS available
    FROM agents
    WHERE agents.tenant_id = $2::uuid AND ($5::uuid IS NULL OR agents.id = $5::uuid)
      AND clawgw.person_may_write($1::uuid, agents.id)
    ORDER BY agents.name, agents.id
    LIMIT $4::integer
), conversation AS MATERIALIZED (
    SELECT chat_sessions.id, chat_sessions.agent_id, coalesce(chat_sessions.last_message_at, chat_sessions.created_at) AS last_at,
           greatest((SELECT read_at FROM clawgw.reads WHERE user_id = $1::uuid AND conversation_id = chat_sessions.id)
                    /*[chat_sessions.last_read_at_by_user , chat_sessions.last_read_at_by_user ]*/) AS read_at
    FROM chat_sessions
    WHERE chat_sessions.user_id = $1::uuid AND clawgw.person_conversation(chat_sessions.id)
), unread AS MATERIALIZED (
    SELECT conversation.agent_id, sum(line.count)::integer AS count
    FROM conversation
    CROSS JOIN LATERAL (
        SELECT count(*) AS count
        FROM (SELECT FROM chat_messages
              WHERE conversation_id = conversation.id::text AND created_at > coalesce(conversation.read_at, '-infinity')
                AND role = 'assistant'
              LIMIT 100) counted
    ) line
    WHERE conversation.read_at IS NULL OR conversation.last_at > conversation.read_at
    GROUP BY conversation.agent_id
)
SELECT agent.id, agent.name::text, agent.agent_type::text, agent.role_description::text,
       agent.available AND (agent.agent_type <> 'openclaw' OR coalesce(agent.openclaw_last_seen > now() - $3::interval, false)) AS online,
       agent.openclaw_last_seen, coalesce((SELECT count FROM unread WHERE agent_id = agent.id), 0) AS unread,
       (SELECT max(last_at) FROM conversation WHERE agent_id = agent.id) AS last_message_at, agent.available,
       -- it is gone, and screens have not been told: nor would they be told that it comes
       coalesce(agent.openclaw_last_seen < now() - $3::interval, true)
           AND EXISTS (SELECT FROM clawgw.agents_online WHERE agents_online.agent_id = agent.id) AS untold
FROM agent
ORDER BY agent.name, agent.id
