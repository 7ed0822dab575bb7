-- SPDX-License-Identifier: ISC
-- The part of a poll (sql/statements/message_poll.sql) that is only needed when something waits.
-- A statement's cost begins with setting up every part of its plan, so what an empty poll does not need waits in a function.
-- Hands out the agent's pending messages and those whose delivery lease has run out, oldest first; gives up on those that
-- were handed out often enough and tells an openclaw agent that sent one, once. Two polls at once never get the
-- same message. Rows: kind 1 a message (n counts from 1; text1 conversation, text2 sending agent, text3 sending user, text4 content),
-- kind 2 a row of the history of message n, oldest first (text1 role, text2 sender, text4 content).
CREATE OR REPLACE FUNCTION clawgw.message_claim(poller_id uuid, poller_name text, max_messages integer, max_bytes bigint,
    lease interval, max_deliveries integer, max_depth integer, max_content integer)
RETURNS TABLE (kind integer, n integer, id uuid, text1 text, text2 text, text3 text, text4 text, user_id uuid,
    created_at timestamptz)
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
BEGIN
    -- what is handed out is committed to disk, whatever agent_see() said of this transaction before
    SET LOCAL synchronous_commit TO DEFAULT;
    RETURN QUERY
    WITH pending AS MATERIALIZED (
        SELECT id, created_at
        FROM public.gateway_messages
        WHERE agent_id = poller_id AND status = 'pending'
        ORDER BY created_at, id
        LIMIT max_messages
        FOR UPDATE SKIP LOCKED
    ), lapsed AS MATERIALIZED (
        SELECT id, created_at,
               coalesce((SELECT attempts FROM clawgw.deliveries WHERE message_id = gateway_messages.id), 1) AS attempts
        FROM public.gateway_messages
        WHERE agent_id = poller_id AND status = 'delivered' AND lease > interval '0'
          AND coalesce(delivered_at, created_at) < now() - lease
        ORDER BY coalesce(delivered_at, created_at)
        LIMIT max_messages
        FOR UPDATE SKIP LOCKED
    ), candidate AS MATERIALIZED (
        SELECT id, created_at, 0 AS attempts FROM pending
        UNION ALL
        SELECT id, created_at, attempts FROM lapsed WHERE attempts < max_deliveries
        ORDER BY created_at, id
        LIMIT max_messages
    ), weight AS MATERIALIZED (
        -- sizes are read from the rows' headers, without fetching the texts
        SELECT candidate.id, candidate.attempts, candidate.created_at,
               octet_length(message.content) + coalesce((
                   SELECT sum(octet_length(history.content))
                   FROM (SELECT content FROM public.chat_messages
                         WHERE conversation_id = message.conversation_id AND conversation_id <> ''
                         ORDER BY created_at DESC, id DESC
                         LIMIT 10) history), 0) AS bytes
        FROM candidate
        JOIN public.gateway_messages message ON message.id = candidate.id
    ), weighed AS MATERIALIZED (
        SELECT id, attempts, row_number() OVER oldest_first AS n, sum(bytes) OVER oldest_first - bytes AS bytes_before
        FROM weight
        WINDOW oldest_first AS (ORDER BY created_at, id)
    ), claimed AS MATERIALIZED (
        UPDATE public.gateway_messages message SET status = 'delivered', delivered_at = clock_timestamp()
        FROM weighed
        WHERE message.id = weighed.id AND weighed.bytes_before < max_bytes
        RETURNING message.id, weighed.n::integer AS n, weighed.attempts, message.conversation_id, message.content,
                  message.created_at, message.sender_agent_id, message.sender_user_id
    ), counted AS (
        INSERT INTO clawgw.deliveries (message_id, attempts)
        SELECT id, attempts + 1 FROM claimed WHERE attempts > 0
        ON CONFLICT (message_id) DO UPDATE SET attempts = EXCLUDED.attempts
    ), expired AS (
        UPDATE public.gateway_messages message SET status = 'expired', completed_at = clock_timestamp()
        FROM lapsed
        WHERE message.id = lapsed.id AND lapsed.attempts >= max_deliveries
        RETURNING message.id, message.sender_agent_id, message.conversation_id, lapsed.attempts
    ), notice AS (
        INSERT INTO public.gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, created_at)
        SELECT gen_random_uuid(), sender.id, poller_id, expired.conversation_id,
               format('%s did not answer: your message was handed out %s times without a report and has expired.',
                      poller_name, expired.attempts),
               'pending', clock_timestamp()
        FROM expired
        JOIN public.agents sender ON sender.id = expired.sender_agent_id
        WHERE sender.agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(sender.deleted_at, 'infinity') = 'infinity' /*]*/
        RETURNING id
    ), last_word AS (
        -- whoever reports on the notice is not answered by the agent that is gone
        INSERT INTO clawgw.replies (message_id, in_reply_to, depth)
        SELECT notice.id, notice.id, greatest(max_depth, 1) FROM notice
    )
    SELECT 1, claimed.n, claimed.id, claimed.conversation_id::text, sending_agent.name::text,
           sending_user.display_name::text, left(claimed.content, max_content), claimed.sender_user_id, claimed.created_at
    FROM claimed
    LEFT JOIN public.agents sending_agent ON sending_agent.id = claimed.sender_agent_id
    LEFT JOIN public.users sending_user ON sending_user.id = claimed.sender_user_id
    UNION ALL
    SELECT 2, claimed.n, history.id, history.role::text,
           coalesce(participant.display_name,
                    CASE history.role WHEN 'user' THEN writer.display_name
                                      WHEN 'assistant' THEN poller_name END)::text,
           NULL, left(history.content, max_content), NULL, history.created_at
    FROM claimed
    CROSS JOIN LATERAL (
        SELECT id, role, content, participant_id, user_id, created_at
        FROM public.chat_messages
        WHERE conversation_id = claimed.conversation_id
        ORDER BY created_at DESC, id DESC
        LIMIT 10
    ) history
    LEFT JOIN public.participants participant ON participant.id = history.participant_id
    LEFT JOIN public.users writer ON writer.id = history.user_id
    WHERE claimed.conversation_id <> ''
    ORDER BY 2, 1, 9, 3;
END
$function$;
