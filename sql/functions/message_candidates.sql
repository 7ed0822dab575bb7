-- SPDX-License-Identifier: ISC
-- Which messages a poll may hand out, in the order in which it will: senders take turns, the oldest of each first. `again`:
-- by session or lease, not for the first time; `free`: it does not count. Reads about ten times as many rows as it returns.
-- Only called with the agent's hand-outs locked (message_hand_out); what it returns is locked and still due.
CREATE OR REPLACE FUNCTION clawgw.message_candidates(poller_id uuid, poll_session text, replaced text, max_messages integer,
    handout_lease interval, delivery_lease interval)
RETURNS TABLE (id uuid, attempts integer, uncounted integer, free boolean)
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
    nobody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    since CONSTANT timestamptz := clawgw.adopted_at();
    senders uuid[] := '{}';
    sender uuid;
BEGIN
    -- the senders that wait, found from one to the next through the index
    LOOP
        IF senders = '{}' THEN
            SELECT coalesce(sender_agent_id, sender_user_id, '00000000-0000-0000-0000-000000000000'::uuid) INTO sender
            FROM public.gateway_messages
            WHERE agent_id = poller_id AND status = 'pending'
            ORDER BY 1
            LIMIT 1;
        ELSE
            SELECT coalesce(sender_agent_id, sender_user_id, '00000000-0000-0000-0000-000000000000'::uuid) INTO sender
            FROM public.gateway_messages
            WHERE agent_id = poller_id AND status = 'pending'
              AND coalesce(sender_agent_id, sender_user_id, '00000000-0000-0000-0000-000000000000'::uuid) > sender
            ORDER BY 1
            LIMIT 1;
        END IF;
        EXIT WHEN NOT FOUND;
        senders := senders || sender;
    END LOOP;

    -- mostly one sender's are all there is: then nothing has to be put in order
    IF cardinality(senders) = 1
       AND NOT EXISTS (SELECT FROM clawgw.handouts
                       WHERE agent_id = poller_id AND NOT confirmed
                         AND (handed_at < now() - handout_lease OR session = poll_session))
       AND NOT (replaced IS NOT NULL AND EXISTS (SELECT FROM clawgw.handouts
                                                 WHERE agent_id = poller_id AND session = replaced))
       AND NOT (delivery_lease > interval '0'
                AND EXISTS (SELECT FROM public.gateway_messages
                            WHERE agent_id = poller_id AND status = 'delivered'
                              AND coalesce(delivered_at, created_at) < now() - delivery_lease
                              AND coalesce(delivered_at, created_at) >= since)) THEN
        RETURN QUERY
        WITH locked AS MATERIALIZED (
            SELECT oldest.id, oldest.created_at, message.delivered_at IS NOT NULL AS before
            FROM (SELECT id, created_at
                  FROM public.gateway_messages
                  WHERE agent_id = poller_id AND status = 'pending'
                    AND coalesce(sender_agent_id, sender_user_id, '00000000-0000-0000-0000-000000000000'::uuid) = senders[1]
                  ORDER BY created_at, id
                  LIMIT max_messages) oldest
            -- a row that somebody cancels in this moment is left alone
            CROSS JOIN LATERAL (
                SELECT delivered_at FROM public.gateway_messages
                WHERE id = oldest.id AND status = 'pending'
                LIMIT 1
                FOR UPDATE SKIP LOCKED) message
        )
        SELECT locked.id, coalesce(counted.attempts, locked.before::integer), coalesce(counted.uncounted, 0), false
        FROM locked
        LEFT JOIN LATERAL (SELECT * FROM clawgw.deliveries WHERE message_id = locked.id LIMIT 1) counted ON true
        ORDER BY locked.created_at, locked.id;
        RETURN;
    END IF;

    RETURN QUERY
    WITH waiting AS MATERIALIZED (
        SELECT oldest.id, false AS again, false AS free
        FROM unnest(senders) AS sender(id)
        CROSS JOIN LATERAL (
            SELECT id
            FROM public.gateway_messages
            WHERE agent_id = poller_id AND status = 'pending'
              AND coalesce(sender_agent_id, sender_user_id, '00000000-0000-0000-0000-000000000000'::uuid) = sender.id
            ORDER BY created_at, id
            LIMIT least(max_messages, 10 * max_messages / greatest(cardinality(senders), 1) + 1)) oldest
    ), unconfirmed AS MATERIALIZED (
        SELECT message_id AS id, true AS again, (session = poll_session) IS TRUE AS free
        FROM clawgw.handouts
        WHERE agent_id = poller_id AND NOT confirmed
          AND (handed_at < now() - handout_lease OR session = poll_session)
        ORDER BY handed_at
        LIMIT max_messages
    ), left_behind AS MATERIALIZED (
        SELECT message_id AS id, true AS again, false AS free
        FROM clawgw.handouts
        WHERE agent_id = poller_id AND session = replaced AND (session <> poll_session) IS NOT FALSE
        ORDER BY handed_at
        LIMIT max_messages
    ), lapsed AS MATERIALIZED (
        SELECT id, false AS again, false AS free
        FROM public.gateway_messages
        WHERE agent_id = poller_id AND status = 'delivered' AND delivery_lease > interval '0'
          AND coalesce(delivered_at, created_at) < now() - delivery_lease AND coalesce(delivered_at, created_at) >= since
        ORDER BY coalesce(delivered_at, created_at)
        LIMIT max_messages
    ), found AS MATERIALIZED (
        SELECT id, bool_or(again) AS again, bool_or(free) AS free
        FROM (SELECT * FROM waiting UNION ALL SELECT * FROM unconfirmed UNION ALL SELECT * FROM left_behind
              UNION ALL SELECT * FROM lapsed) due
        GROUP BY id
    ), turn AS MATERIALIZED (
        SELECT found.*, message.created_at,
               row_number() OVER (PARTITION BY coalesce(message.sender_agent_id, message.sender_user_id, nobody)
                                  ORDER BY message.created_at, message.id) AS turn
        FROM found
        -- with a limit, a row is looked up by its id even if the table was empty when this was planned
        CROSS JOIN LATERAL (
            SELECT * FROM public.gateway_messages
            WHERE id = found.id AND status IN ('pending', 'delivered')
            LIMIT 1) message
    ), chosen AS MATERIALIZED (
        SELECT id, again, free, turn, created_at FROM turn ORDER BY turn, created_at, id LIMIT max_messages
    ), locked AS MATERIALIZED (
        -- a row that somebody reports or cancels in this moment is left alone
        SELECT chosen.*, message.delivered_at IS NOT NULL OR message.status = 'delivered' AS before
        FROM chosen
        CROSS JOIN LATERAL (
            SELECT status, delivered_at FROM public.gateway_messages
            WHERE id = chosen.id
              AND (status = 'pending'
                   OR status = 'delivered' AND (chosen.again OR coalesce(delivered_at, created_at) < now() - delivery_lease))
            LIMIT 1
            FOR UPDATE SKIP LOCKED) message
    )
    SELECT locked.id, coalesce(counted.attempts, locked.before::integer), coalesce(counted.uncounted, 0), locked.free
    FROM locked
    LEFT JOIN LATERAL (SELECT * FROM clawgw.deliveries WHERE message_id = locked.id LIMIT 1) counted ON true
    ORDER BY locked.turn, locked.created_at, locked.id;
END
$function$;
