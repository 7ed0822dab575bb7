-- SPDX-License-Identifier: ISC
-- The part of a poll (sql/statements/message_poll.sql) that is only needed when something is to be handed out or confirmed.
-- Polls of one agent come one after another here, so two at once never get the same message, and each gets what is there.
--
-- `poll_receipt` is made by the caller, for this answer. When it is known already, this poll is the repeat of one that was
-- committed before the link to the database broke: it gets what that one claimed. `presented` confirms the answer that an
-- earlier poll of the session got; what the session got otherwise and did not confirm is handed out again and not counted;
-- what the session `replaced` has and has not reported is due. A message that was handed out often enough is given up.
--
-- max_bytes holds for texts as they are written in JSON, with what belongs to each: a message goes out with its history or
-- not at all, but the first always does: its history is cut, the oldest first.
--
-- Rows: kind 1 a message (n counts from 1; text1 conversation, text2 sending agent, text3 sending user, text4 content),
-- kind 2 a row of the history of message n, oldest first (text1 role, text2 sender, text4 content), kind 5 a message that
-- was given up (user_id: the agent that was told). `reason` of a message: pending, lapsed or receipt.
CREATE OR REPLACE FUNCTION clawgw.message_hand_out(poller_id uuid, poller_name text, poller_tenant uuid, poll_receipt uuid,
    poll_session text, presented uuid, replaced text, max_messages integer, max_bytes bigint, handout_lease interval, delivery_lease interval,
    max_deliveries integer, max_content integer)
RETURNS TABLE (kind integer, n integer, id uuid, text1 text, text2 text, text3 text, text4 text, user_id uuid,
    created_at timestamptz, attempt integer, in_reply_to uuid, expects_reply boolean, reason text)
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
    claimed uuid[];
    attempts integer[];
    reasons text[];
    exhausted uuid[];
    is_repeat boolean := false;
BEGIN
    -- what is handed out is committed to disk, whatever agent_see() said of this transaction before
    SET LOCAL synchronous_commit TO DEFAULT;
    PERFORM pg_advisory_xact_lock(1129071431, hashtext(poller_id::text)); -- "CLGG"

    SELECT array_agg(handouts.message_id ORDER BY message.created_at, message.id),
           array_agg(coalesce(deliveries.attempts, 1) ORDER BY message.created_at, message.id),
           array_agg('pending'::text ORDER BY message.created_at, message.id)
    INTO claimed, attempts, reasons
    FROM clawgw.handouts
    CROSS JOIN LATERAL (SELECT * FROM public.gateway_messages
                        WHERE id = handouts.message_id AND status = 'delivered' LIMIT 1) message
    LEFT JOIN clawgw.deliveries ON deliveries.message_id = handouts.message_id
    WHERE handouts.agent_id = poller_id AND NOT handouts.confirmed AND handouts.receipt = poll_receipt;
    is_repeat := claimed IS NOT NULL;

    IF NOT is_repeat THEN
        IF presented IS NOT NULL THEN
            UPDATE clawgw.handouts SET confirmed = true
            WHERE agent_id = poller_id AND NOT confirmed AND session = poll_session AND receipt = presented;
        END IF;
        SELECT array_agg(found.id) FILTER (WHERE NOT over), array_agg(found.attempts + 1) FILTER (WHERE NOT over),
               array_agg(CASE WHEN found.attempts = 0 THEN 'pending' WHEN found.free THEN 'receipt' ELSE 'lapsed' END)
                   FILTER (WHERE NOT over),
               array_agg(found.id) FILTER (WHERE over)
        INTO claimed, attempts, reasons, exhausted
        FROM (SELECT *, attempts - uncounted >= max_deliveries AND NOT free AS over
              FROM clawgw.message_candidates(poller_id, poll_session, replaced, max_messages, handout_lease,
                                             delivery_lease)) found;
        IF exhausted IS NOT NULL THEN
            RETURN QUERY
            SELECT 5, 0, ended.message_id, NULL::text, NULL::text, NULL::text, NULL::text, ended.told, NULL::timestamptz, 0,
                   NULL::uuid, false, NULL::text
            FROM clawgw.message_end(exhausted, 'expired', format(
                'did not answer: your message was handed out %s times without a report and has expired', max_deliveries))
                AS ended;
        END IF;
    END IF;
    IF claimed IS NULL THEN
        RETURN;
    END IF;

    RETURN QUERY
    WITH candidate AS MATERIALIZED (
        SELECT given.*, message.conversation_id, message.content, message.created_at, message.sender_agent_id,
               message.sender_user_id, least(octet_length(message.content), max_content) AS size
        FROM unnest(claimed, attempts, reasons) WITH ORDINALITY AS given(id, attempt, reason, n)
        CROSS JOIN LATERAL (SELECT * FROM public.gateway_messages WHERE id = given.id LIMIT 1) message
    ), light AS MATERIALIZED (
        -- sizes are in the rows' headers: what cannot fit is left out before any text is fetched
        SELECT * FROM (SELECT *, sum(size) OVER (ORDER BY n) - size AS before FROM candidate) sized
        WHERE n = 1 OR before + size <= max_bytes
    ), line AS MATERIALIZED (
        SELECT light.n, newest.*
        FROM light
        CROSS JOIN LATERAL clawgw.message_history(light.conversation_id, poller_id, poller_tenant, light.sender_user_id, 10)
            WITH ORDINALITY AS newest(id, role, content, participant_id, user_id, created_at, back)
        WHERE light.conversation_id <> ''
    ), light_line AS MATERIALIZED (
        -- back counts from the newest
        SELECT * FROM (SELECT *, sum(least(octet_length(content), max_content)) OVER (PARTITION BY n ORDER BY back) AS upto
                       FROM line) sized
        WHERE coalesce(upto, 0) <= max_bytes
    ), message AS MATERIALIZED (
        SELECT light.n::integer AS n, light.id, light.conversation_id, left(light.content, max_content) AS content,
               light.created_at, light.sender_user_id, light.attempt, light.reason,
               (SELECT name FROM public.agents
                WHERE id = light.sender_agent_id AND (tenant_id IS NOT DISTINCT FROM poller_tenant)) AS sender_agent,
               -- a letter's writer need not be a user of the platform
               coalesce(CASE WHEN light.sender_agent_id IS NULL THEN clawgw.letter_writer(light.id) END,
                        (SELECT display_name FROM public.users
                         WHERE id = light.sender_user_id AND (tenant_id IS NOT DISTINCT FROM poller_tenant))) AS sender_user,
               replies.message_id IS NULL AS expects_reply, nullif(replies.in_reply_to, light.id) AS in_reply_to
        FROM light
        LEFT JOIN clawgw.replies ON replies.message_id = light.id
    ), spoken AS MATERIALIZED (
        SELECT light_line.n::integer AS n, light_line.back, light_line.id, light_line.role, light_line.created_at,
               left(light_line.content, max_content) AS content,
               coalesce((SELECT display_name FROM public.participants participant
                         WHERE participant.id = light_line.participant_id
                           AND NOT EXISTS (SELECT FROM public.agents
                                           WHERE id = participant.ref_id AND tenant_id IS DISTINCT FROM poller_tenant)
                           AND NOT EXISTS (SELECT FROM public.users
                                           WHERE id = participant.ref_id AND tenant_id IS DISTINCT FROM poller_tenant)),
                        CASE light_line.role
                            WHEN 'user' THEN (SELECT display_name FROM public.users
                                              WHERE id = light_line.user_id AND tenant_id IS NOT DISTINCT FROM poller_tenant)
                            WHEN 'assistant' THEN poller_name END)::text AS sender
        FROM light_line
    ), history AS MATERIALIZED (
        -- as JSON; what else belongs to a line has at most 120 bytes
        SELECT *, sum(octet_length(coalesce(to_json(content)::text, '')) + octet_length(coalesce(to_json(sender)::text, '')) + 120)
                      OVER (PARTITION BY n ORDER BY back) AS upto
        FROM spoken
    ), weighed AS MATERIALIZED (
        -- the same for messages: 600
        SELECT n, octet_length(to_json(content)::text) + octet_length(coalesce(to_json(sender_agent)::text, ''))
                  + octet_length(coalesce(to_json(sender_user)::text, ''))
                  + octet_length(coalesce(to_json(conversation_id)::text, '')) + 600 AS bytes
        FROM message
    ), fitting AS MATERIALIZED (
        -- the last that goes out, and what the first leaves for its history
        SELECT greatest(1, max(total.n) FILTER (WHERE total.upto <= max_bytes)) AS last,
               max_bytes - min(total.bytes) FILTER (WHERE total.n = 1) AS room
        FROM (SELECT weighed.n, weighed.bytes, sum(weighed.bytes + coalesce(said.bytes, 0)) OVER (ORDER BY weighed.n) AS upto
              FROM weighed
              LEFT JOIN (SELECT n, max(upto) AS bytes FROM history GROUP BY n) said ON said.n = weighed.n) total
    ), handed AS (
        UPDATE public.gateway_messages SET status = 'delivered', delivered_at = clock_timestamp()
        WHERE id = ANY (ARRAY(SELECT message.id FROM message, fitting WHERE message.n <= fitting.last)) AND NOT is_repeat
    ), noted AS (
        INSERT INTO clawgw.handouts (message_id, agent_id, receipt, session, handed_at, confirmed)
        SELECT message.id, poller_id, poll_receipt, poll_session, clock_timestamp(), false
        FROM message, fitting
        WHERE message.n <= fitting.last AND NOT is_repeat
        ON CONFLICT (message_id) DO UPDATE
        SET receipt = EXCLUDED.receipt, session = EXCLUDED.session, handed_at = EXCLUDED.handed_at, confirmed = false
    ), stepped AS (
        INSERT INTO clawgw.steps (subject_id, step, note, session)
        SELECT message.id, 'handed_out',
               CASE WHEN message.attempt > 1
                    THEN 'attempt ' || message.attempt || CASE message.reason
                         WHEN 'receipt' THEN ': the answer before was lost' WHEN 'lapsed' THEN ': no report came in time'
                         ELSE '' END END,
               poll_session
        FROM message, fitting
        WHERE message.n <= fitting.last AND NOT is_repeat
    ), counted AS (
        INSERT INTO clawgw.deliveries (message_id, attempts, uncounted)
        SELECT message.id, message.attempt, (message.reason = 'receipt')::integer
        FROM message, fitting
        WHERE message.n <= fitting.last AND message.attempt > 1 AND NOT is_repeat
        ON CONFLICT (message_id) DO UPDATE
        SET attempts = EXCLUDED.attempts, uncounted = deliveries.uncounted + EXCLUDED.uncounted
    )
    SELECT 1, message.n, message.id, message.conversation_id::text, message.sender_agent::text, message.sender_user::text,
           message.content, message.sender_user_id, message.created_at, message.attempt, message.in_reply_to,
           message.expects_reply, message.reason
    FROM message, fitting
    WHERE message.n <= fitting.last
    UNION ALL
    SELECT 2, history.n, history.id, history.role, history.sender, NULL, history.content, NULL, history.created_at, 0,
           NULL, false, NULL
    FROM history, fitting
    WHERE history.n <= fitting.last AND (history.n > 1 OR history.upto <= fitting.room)
    ORDER BY 2, 1, 9, 3;
END
$function$;
