-- SPDX-License-Identifier: ISC
-- What a report does once its agent is known (sql/statements/message_report.sql): the effects of a result (`is_final`) or of progress
-- on a message of that agent. As small statements, each with a plan that is kept, for the reason that message_send.sql gives.
-- One row: `outcome` as the statement tells it; `replied_to`: the agent that got a reply; `posted`: a letter is to go out.
CREATE OR REPLACE FUNCTION clawgw.message_report(reporter_id uuid, reporter_creator uuid, reporter_tenant uuid, reported uuid,
    told_result text, is_final boolean, new_line uuid, new_reply uuid, give_reply boolean, trace text)
RETURNS TABLE (outcome text, sender_user_id uuid, conversation_id text, replied_to uuid, posted boolean)
LANGUAGE plpgsql ROWS 1
AS $function$
#variable_conflict use_column
DECLARE
    message record;
    sender uuid;
BEGIN
    -- whoever comes second waits here and then sees what the first one wrote
    SELECT found.sender_agent_id, found.sender_user_id, nullif(found.conversation_id, '') AS conversation_id, found.status,
           found.result
    INTO message
    FROM public.gateway_messages found
    WHERE found.id = reported AND found.agent_id = reporter_id
    FOR UPDATE;
    IF NOT FOUND THEN
        outcome := 'not_found';
        RETURN NEXT;
        RETURN;
    END IF;
    sender_user_id := message.sender_user_id;
    conversation_id := message.conversation_id;
    outcome := CASE
                   WHEN message.status = 'completed' AND (NOT is_final OR message.result = told_result) THEN 'same'
                   WHEN message.status = 'completed' THEN 'mismatch'
                   WHEN message.status IN ('expired', 'failed') THEN 'expired'
                   WHEN message.status = 'cancelled' THEN 'cancelled'
                   ELSE 'applied'
               END;
    IF outcome <> 'applied' THEN
        RETURN NEXT;
        RETURN;
    END IF;

    IF is_final THEN
        UPDATE public.gateway_messages SET result = told_result, status = 'completed', completed_at = clock_timestamp()
        WHERE id = reported;
        DELETE FROM clawgw.handouts WHERE message_id = reported;
    ELSE
        -- progress starts the lease anew
        UPDATE public.gateway_messages
        SET result = told_result, status = 'delivered', completed_at = NULL, delivered_at = clock_timestamp()
        WHERE id = reported;
        -- whoever reports has it; its session keeps it until the final report
        UPDATE clawgw.handouts SET confirmed = true WHERE message_id = reported AND NOT confirmed;
    END IF;
    INSERT INTO clawgw.steps (subject_id, step, trace_id)
    VALUES (reported, CASE WHEN is_final THEN 'reported' ELSE 'progress' END, trace);

    IF message.conversation_id IS NOT NULL THEN
        INSERT INTO public.chat_messages (id, agent_id, user_id, role, content, conversation_id, participant_id, created_at
                                          /*[chat_messages.tenant_id*/, tenant_id/*]*/ /*[chat_messages.mentions*/, mentions/*]*/)
        VALUES (new_line, reporter_id, coalesce(message.sender_user_id, reporter_creator), 'assistant', told_result,
                message.conversation_id, (SELECT id FROM public.participants WHERE type = 'agent' AND ref_id = reporter_id),
                clock_timestamp()
                /*[chat_messages.tenant_id*/, reporter_tenant/*]*/ /*[chat_messages.mentions*/, '[]'/*]*/)
        ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content, created_at = EXCLUDED.created_at;
        IF message.conversation_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
            UPDATE public.chat_sessions SET last_message_at = clock_timestamp() WHERE id = message.conversation_id::uuid;
        END IF;
        IF message.sender_user_id IS NOT NULL THEN
            INSERT INTO clawgw.events (user_id, kind, agent_id, conversation_id, message_id, row_id, status)
            VALUES (message.sender_user_id, 'message', reporter_id, message.conversation_id, reported, new_line,
                    CASE WHEN NOT is_final THEN 'progress' END);
        END IF;
    END IF;
    IF NOT is_final THEN
        RETURN NEXT;
        RETURN;
    END IF;

    IF message.sender_agent_id IS NULL THEN
        -- whoever wrote the message as a letter gets the result as one
        posted := clawgw.letter_answer(reported, 'answer', told_result);
    ELSIF give_reply THEN
        SELECT peer.id INTO sender
        FROM public.agents peer
        WHERE peer.id = message.sender_agent_id AND peer.agent_type = 'openclaw'
          /*[agents.deleted_at*/ AND coalesce(peer.deleted_at, 'infinity') = 'infinity' /*]*/
          AND peer.tenant_id IS NOT DISTINCT FROM reporter_tenant
          -- who sent a reply or a notice expects none
          AND NOT EXISTS (SELECT FROM clawgw.replies WHERE message_id = reported);
        IF sender IS NOT NULL THEN
            INSERT INTO public.gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, created_at)
            VALUES (new_reply, sender, reporter_id,
                    coalesce(message.conversation_id,
                             clawgw.pair_conversation(sender, reporter_id, 'gw_agent_' || sender || '_' || reporter_id)),
                    told_result, 'pending', clock_timestamp())
            ON CONFLICT (id) DO NOTHING;
            IF FOUND THEN
                replied_to := sender;
                INSERT INTO clawgw.replies (message_id, in_reply_to, depth) VALUES (new_reply, reported, 1)
                ON CONFLICT (message_id) DO NOTHING;
            END IF;
        END IF;
    END IF;
    RETURN NEXT;
END
$function$;
