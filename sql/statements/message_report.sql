-- SPDX-License-Identifier: ISC
-- A whole report: who asks, and the effects of a result or of progress on a message of that agent.
-- One row per agent that the key fits (several, or one that may not act: nothing was done). `outcome`: not_found, expired,
-- cancelled, mismatch (completed with another result), same (nothing to do), applied. `replied_to`: the agent that got a reply. `posted`: a letter is to go out.
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL
-- $3 interval: how old a last-seen time may get   $4 uuid: the message   $5 text: the result
-- $6 boolean: final (false: progress)   $7 uuid: id of the row in the conversation   $8 uuid: id of the reply
-- $9 boolean: whether the result goes back to an agent that sent the message
-- $10 text: trace id, or NULL
-- May be repeated: a repeat finds the result there, and says so.
WITH agent AS MATERIALIZED (
    SELECT id, name, tenant_id, creator_id, count(*) OVER () AS twins,
           clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                (SELECT is_active FROM users WHERE id = agents.creator_id)) AS may_act
    FROM agents
    WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
    LIMIT 2
), message AS MATERIALIZED (
    -- whoever comes second waits here and then sees what the first one wrote
    SELECT id, sender_agent_id, sender_user_id, nullif(conversation_id, '') AS conversation_id, status, result
    FROM gateway_messages
    WHERE id = $4::uuid AND agent_id = (SELECT id FROM agent WHERE twins = 1 AND may_act)
    FOR UPDATE
), verdict AS MATERIALIZED (
    SELECT CASE
               WHEN status = 'completed' AND (NOT $6::boolean OR result = $5::text) THEN 'same'
               WHEN status = 'completed' THEN 'mismatch'
               WHEN status IN ('expired', 'failed') THEN 'expired'
               WHEN status = 'cancelled' THEN 'cancelled'
               ELSE 'applied'
           END AS outcome
    FROM message
), applied AS MATERIALIZED (
    SELECT message.* FROM message, verdict WHERE verdict.outcome = 'applied'
), updated AS (
    UPDATE gateway_messages
    SET result = $5::text,
        status = CASE WHEN $6::boolean THEN 'completed' ELSE 'delivered' END,
        completed_at = CASE WHEN $6::boolean THEN clock_timestamp() END,
        -- progress starts the lease anew
        delivered_at = CASE WHEN $6::boolean THEN gateway_messages.delivered_at ELSE clock_timestamp() END
    FROM applied
    WHERE gateway_messages.id = applied.id
), stepped AS (
    INSERT INTO clawgw.steps (subject_id, step, trace_id)
    SELECT applied.id, CASE WHEN $6::boolean THEN 'reported' ELSE 'progress' END, $10::text FROM applied
), arrived AS (
    -- whoever reports has it; its session keeps it until the final report
    UPDATE clawgw.handouts SET confirmed = true
    FROM applied
    WHERE handouts.message_id = applied.id AND NOT handouts.confirmed AND NOT $6::boolean
), let_go AS (
    DELETE FROM clawgw.handouts USING applied WHERE handouts.message_id = applied.id AND $6::boolean
), spoken AS (
    INSERT INTO chat_messages (id, agent_id, user_id, role, content, conversation_id, participant_id, created_at
                               /*[chat_messages.tenant_id*/, tenant_id/*]*/ /*[chat_messages.mentions*/, mentions/*]*/)
    SELECT $7::uuid, agent.id, coalesce(applied.sender_user_id, agent.creator_id), 'assistant', $5::text,
           applied.conversation_id,
           (SELECT id FROM participants WHERE type = 'agent' AND ref_id = agent.id), clock_timestamp()
           /*[chat_messages.tenant_id*/, agent.tenant_id/*]*/ /*[chat_messages.mentions*/, '[]'/*]*/
    FROM applied, agent
    WHERE applied.conversation_id IS NOT NULL
    ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content, created_at = EXCLUDED.created_at
), talked AS (
    UPDATE chat_sessions SET last_message_at = clock_timestamp()
    WHERE id = (SELECT conversation_id::uuid FROM applied
                WHERE conversation_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
), told AS (
    INSERT INTO clawgw.events (user_id, kind, agent_id, conversation_id, message_id, row_id, status)
    SELECT applied.sender_user_id, 'message', agent.id, applied.conversation_id, applied.id, $7::uuid,
           CASE WHEN NOT $6::boolean THEN 'progress' END
    FROM applied, agent
    WHERE applied.sender_user_id IS NOT NULL AND applied.conversation_id IS NOT NULL
), reply AS (
    INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, created_at)
    SELECT $8::uuid, sender.id, agent.id,
           coalesce(applied.conversation_id,
                    clawgw.pair_conversation(sender.id, agent.id, 'gw_agent_' || sender.id || '_' || agent.id)), $5::text, 'pending',
           clock_timestamp()
    FROM applied
    CROSS JOIN agent
    JOIN agents sender ON sender.id = applied.sender_agent_id
    WHERE $6::boolean AND $9::boolean AND sender.agent_type = 'openclaw'
      /*[agents.deleted_at*/ AND coalesce(sender.deleted_at, 'infinity') = 'infinity' /*]*/
      AND sender.tenant_id IS NOT DISTINCT FROM agent.tenant_id
      -- who sent a reply or a notice expects none
      AND NOT EXISTS (SELECT FROM clawgw.replies WHERE message_id = applied.id)
    ON CONFLICT (id) DO NOTHING
    RETURNING id, agent_id
), chained AS (
    INSERT INTO clawgw.replies (message_id, in_reply_to, depth)
    SELECT reply.id, $4::uuid, 1 FROM reply
    ON CONFLICT (message_id) DO NOTHING
)
SELECT agent.id AS agent_id, coalesce(verdict.outcome, 'not_found') AS outcome,
       message.sender_user_id, message.conversation_id::text,
       CASE WHEN agent.twins = 1 AND agent.may_act THEN clawgw.agent_see(agent.id, $3::interval, false) END AS seen,
       agent.may_act, (SELECT agent_id FROM reply) AS replied_to,
       -- whoever wrote the message as a letter gets the result as one
       CASE WHEN $6::boolean THEN (SELECT clawgw.letter_answer(applied.id, 'answer', $5::text) FROM applied
                                   WHERE applied.sender_agent_id IS NULL) END AS posted
FROM agent
LEFT JOIN verdict ON true
LEFT JOIN message ON true
