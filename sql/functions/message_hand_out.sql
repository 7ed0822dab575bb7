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
    message record;
    -- the lines of its history, oldest first, and how many bytes each takes
    line_ids uuid[];
    roles text[];
    speakers text[];
    contents text[];
    times timestamptz[];
    sizes bigint[];
    raw_bytes bigint := 0;  -- of the contents so far, as the rows' headers tell
    json_bytes bigint := 0; -- of the messages so far with their history
    message_bytes bigint;
    history_bytes bigint;
    last integer := 0; -- the last message that goes out
BEGIN
    -- what is handed out is committed to disk, whatever agent_see() said of this transaction before
    SET LOCAL synchronous_commit TO DEFAULT;
    PERFORM pg_advisory_xact_lock(1129071431, hashtext(poller_id::text)); -- "CLGG"

    -- (not joined to anything by its key: the plan is kept, and one made while the table was empty would read all of it)
    IF EXISTS (SELECT FROM clawgw.handouts WHERE agent_id = poller_id AND NOT confirmed AND receipt = poll_receipt) THEN
        SELECT array_agg(message.id ORDER BY message.created_at, message.id),
               array_agg(coalesce((SELECT attempts FROM clawgw.deliveries WHERE message_id = message.id LIMIT 1), 1)
                         ORDER BY message.created_at, message.id),
               array_agg('pending'::text ORDER BY message.created_at, message.id)
        INTO claimed, attempts, reasons
        FROM (SELECT message_id FROM clawgw.handouts
              WHERE agent_id = poller_id AND NOT confirmed AND receipt = poll_receipt
              OFFSET 0) handed
        CROSS JOIN LATERAL (SELECT * FROM public.gateway_messages
                            WHERE id = handed.message_id AND status = 'delivered' LIMIT 1) message;
        is_repeat := claimed IS NOT NULL;
    END IF;

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

    -- one message after the other, in small statements whose plans are kept: one statement for all of them is set up with all its
    -- parts, which takes longer than the one message that there mostly is
    FOR number IN 1..coalesce(cardinality(claimed), 0) LOOP
        SELECT given.content, given.conversation_id, given.created_at, given.sender_user_id,
               least(octet_length(given.content), max_content) AS size,
               (SELECT name FROM public.agents
                WHERE id = given.sender_agent_id AND (tenant_id IS NOT DISTINCT FROM poller_tenant)) AS sender_agent,
               -- a letter's writer need not be a user of the platform
               coalesce(CASE WHEN given.sender_agent_id IS NULL THEN clawgw.letter_writer(given.id) END,
                        (SELECT display_name FROM public.users
                         WHERE id = given.sender_user_id AND (tenant_id IS NOT DISTINCT FROM poller_tenant))) AS sender_user,
               replies.message_id IS NULL AS is_question, nullif(replies.in_reply_to, given.id) AS replied_to
        INTO message
        FROM (SELECT * FROM public.gateway_messages WHERE id = claimed[number] LIMIT 1) given
        LEFT JOIN LATERAL (SELECT * FROM clawgw.replies WHERE message_id = given.id LIMIT 1) replies ON true;
        CONTINUE WHEN NOT FOUND;
        -- what cannot fit is left out before any text is fetched
        raw_bytes := raw_bytes + message.size;
        EXIT WHEN number > 1 AND raw_bytes > max_bytes;

        kind := 1;
        n := number;
        id := claimed[number];
        text1 := message.conversation_id;
        text2 := message.sender_agent;
        text3 := message.sender_user;
        text4 := left(message.content, max_content);
        user_id := message.sender_user_id;
        created_at := message.created_at;
        attempt := attempts[number];
        in_reply_to := message.replied_to;
        expects_reply := message.is_question;
        reason := reasons[number];
        -- what else belongs to a message has at most 600 bytes
        message_bytes := octet_length(to_json(text4)::text) + octet_length(coalesce(to_json(text2)::text, ''))
                         + octet_length(coalesce(to_json(text3)::text, '')) + octet_length(coalesce(to_json(text1)::text, '')) + 600;

        line_ids := NULL;
        history_bytes := NULL;
        IF text1 <> '' THEN
            SELECT array_agg(spoken.id), array_agg(spoken.role), array_agg(spoken.sender), array_agg(spoken.content),
                   array_agg(spoken.created_at), array_agg(spoken.bytes), sum(spoken.bytes)
            INTO line_ids, roles, speakers, contents, times, sizes, history_bytes
            FROM (SELECT said.id, said.role, said.sender, said.content, said.created_at,
                         -- as JSON; what else belongs to a line has at most 120 bytes
                         octet_length(coalesce(to_json(said.content)::text, ''))
                         + octet_length(coalesce(to_json(said.sender)::text, '')) + 120 AS bytes
                  FROM (SELECT line.id, line.role, line.created_at, left(line.content, max_content) AS content,
                               coalesce((SELECT display_name FROM public.participants participant
                                         WHERE participant.id = line.participant_id
                                           AND NOT EXISTS (SELECT FROM public.agents
                                                           WHERE id = participant.ref_id AND tenant_id IS DISTINCT FROM poller_tenant)
                                           AND NOT EXISTS (SELECT FROM public.users
                                                           WHERE id = participant.ref_id AND tenant_id IS DISTINCT FROM poller_tenant)),
                                        CASE line.role
                                            WHEN 'user' THEN (SELECT display_name FROM public.users
                                                              WHERE id = line.user_id AND tenant_id IS NOT DISTINCT FROM poller_tenant)
                                            WHEN 'assistant' THEN poller_name END)::text AS sender
                        FROM (SELECT *, sum(least(octet_length(content), max_content)) OVER (ORDER BY back) AS upto
                              FROM clawgw.message_history(text1, poller_id, poller_tenant, message.sender_user_id, 10)
                                  WITH ORDINALITY AS newest(id, role, content, participant_id, user_id, created_at, back)) line
                        WHERE coalesce(line.upto, 0) <= max_bytes
                        ORDER BY line.back DESC) said
                  OFFSET 0) spoken;
        END IF;
        json_bytes := json_bytes + message_bytes + coalesce(history_bytes, 0);
        EXIT WHEN number > 1 AND json_bytes > max_bytes;
        RETURN NEXT;
        last := number;

        kind := 2;
        text3 := NULL;
        user_id := NULL;
        attempt := 0;
        in_reply_to := NULL;
        expects_reply := false;
        reason := NULL;
        FOR line IN 1..coalesce(cardinality(line_ids), 0) LOOP
            -- of the first message's history goes out what fits, the newest
            IF number > 1 OR history_bytes <= max_bytes - message_bytes THEN
                id := line_ids[line];
                text1 := roles[line];
                text2 := speakers[line];
                text4 := contents[line];
                created_at := times[line];
                RETURN NEXT;
            END IF;
            history_bytes := history_bytes - sizes[line];
        END LOOP;
    END LOOP;
    IF last = 0 OR is_repeat THEN
        RETURN;
    END IF;

    UPDATE public.gateway_messages SET status = 'delivered', delivered_at = clock_timestamp()
    WHERE id = ANY (claimed[1:last]);
    INSERT INTO clawgw.handouts (message_id, agent_id, receipt, session, handed_at, confirmed)
    SELECT handed.id, poller_id, poll_receipt, poll_session, clock_timestamp(), false
    FROM unnest(claimed[1:last]) AS handed(id)
    ON CONFLICT (message_id) DO UPDATE
    SET receipt = EXCLUDED.receipt, session = EXCLUDED.session, handed_at = EXCLUDED.handed_at, confirmed = false;
    INSERT INTO clawgw.steps (subject_id, step, note, session)
    SELECT handed.id, 'handed_out',
           CASE WHEN handed.attempt > 1
                THEN 'attempt ' || handed.attempt || CASE handed.reason
                     WHEN 'receipt' THEN ': the answer before was lost' WHEN 'lapsed' THEN ': no report came in time'
                     ELSE '' END END,
           poll_session
    FROM unnest(claimed[1:last], attempts[1:last], reasons[1:last]) AS handed(id, attempt, reason);
    IF 1 < ANY (attempts[1:last]) THEN
        INSERT INTO clawgw.deliveries (message_id, attempts, uncounted)
        SELECT handed.id, handed.attempt, (handed.reason = 'receipt')::integer
        FROM unnest(claimed[1:last], attempts[1:last], reasons[1:last]) AS handed(id, attempt, reason)
        WHERE handed.attempt > 1
        ON CONFLICT (message_id) DO UPDATE
        SET attempts = EXCLUDED.attempts, uncounted = deliveries.uncounted + EXCLUDED.uncounted;
    END IF;
END
$function$;
