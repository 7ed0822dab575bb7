-- SPDX-License-Identifier: ISC
-- What sending a message does once its sender is known (sql/statements/message_send.sql): what the key led to before, who is meant, and,
-- when that is one agent that may be written to and has room, the message (openclaw) or the job (native).
-- As small statements, each with a plan that is kept: one statement with all of this is set up with all its parts whatever it then needs,
-- which takes longer than what it does. What decides is asked first, and what most messages do not need is not asked at all.
-- Rows: one per hit of the first rule that finds anybody (at most 11), or one for what the key led to before.
CREATE OR REPLACE FUNCTION clawgw.message_send(caller_id uuid, caller_creator uuid, caller_tenant uuid, wanted_name text,
    wanted_channel text, sent_text text, new_message uuid, new_line uuid, sent_key text, sent_digest bytea,
    max_from bigint, max_target bigint, max_tenant bigint, trace text)
RETURNS TABLE (prior_state text, prior_same boolean, prior_cut_off boolean, prior_name text, prior_type text, prior_channel text,
    prior_message uuid, type text, id uuid, name text, external_id text, open_id text, email text, target_may_act boolean,
    stored boolean, full_queue text)
LANGUAGE plpgsql ROWS 1
AS $function$
#variable_conflict use_column
DECLARE
    hit record;
    hits integer := 0;
    conversation text;
BEGIN
    IF caller_id IS NULL THEN -- nobody who may act
        RETURN;
    END IF;
    IF sent_key IS NOT NULL THEN
        SELECT known.state, known.request_digest = sent_digest, known.busy_until < clock_timestamp(), known.target_name,
               known.target_type, known.channel, known.message_id
        INTO prior_state, prior_same, prior_cut_off, prior_name, prior_type, prior_channel, prior_message
        FROM clawgw.idempotency_keys known
        WHERE known.agent_id = caller_id AND known.key = sent_key;
        IF FOUND THEN
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;

    -- one agent of exactly this name comes before all others that may be meant
    IF wanted_channel IS NULL OR wanted_channel = 'agent' THEN
        SELECT peer.id, peer.name, peer.agent_type,
               -- the organisation is the caller's, which is active; the creator is mostly the caller's as well
               clawgw.agent_may_act(peer, true, true) AS may_act, peer.creator_id,
               /*[agents.access_mode*/ peer.access_mode = 'company' /*]*/ /*[!agents.access_mode true ]*/ AS is_open,
               EXISTS (SELECT FROM public.agents namesake
                       WHERE namesake.tenant_id = caller_tenant AND namesake.name = wanted_name
                         AND namesake.id NOT IN (peer.id, caller_id)) AS has_namesake
        INTO hit
        FROM public.agents peer
        WHERE peer.tenant_id = caller_tenant AND peer.name = wanted_name
          AND peer.id <> caller_id /*[agents.deleted_at*/ AND coalesce(peer.deleted_at, 'infinity') = 'infinity' /*]*/
        LIMIT 1;
        IF FOUND AND NOT hit.has_namesake
           AND (hit.is_open OR EXISTS (SELECT FROM public.agent_agent_relationships
                                       WHERE target_agent_id = hit.id AND agent_id = caller_id)) THEN
            hits := 1;
            type := CASE hit.agent_type WHEN 'openclaw' THEN 'openclaw_agent' ELSE 'agent' END;
            id := hit.id;
            name := hit.name;
            target_may_act := hit.may_act;
            IF target_may_act AND hit.creator_id IS DISTINCT FROM caller_creator THEN
                SELECT clawgw.agent_may_act(peer, true, (SELECT is_active FROM public.users WHERE id = peer.creator_id))
                INTO target_may_act
                FROM public.agents peer
                WHERE peer.id = hit.id;
            END IF;
        END IF;
    END IF;
    IF hits = 0 THEN
        FOR hit IN
            SELECT * FROM clawgw.message_targets(caller_id, caller_tenant, wanted_name, wanted_channel)
        LOOP
            IF hits > 0 THEN
                RETURN NEXT;
            END IF;
            hits := hits + 1;
            type := hit.type;
            id := hit.id;
            name := hit.name;
            external_id := hit.external_id;
            open_id := hit.open_id;
            email := hit.email;
            target_may_act := hit.may_act;
        END LOOP;
        IF hits = 0 THEN
            RETURN;
        END IF;
    END IF;

    stored := false;
    IF hits > 1 OR type = 'human' OR NOT target_may_act THEN
        RETURN NEXT;
        RETURN;
    END IF;
    full_queue := clawgw.queue_full(type = 'agent', caller_id, message_send.id, caller_tenant, max_from, max_target, max_tenant);
    IF full_queue IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    IF sent_key IS NOT NULL THEN
        INSERT INTO clawgw.idempotency_keys (agent_id, key, request_digest, target_name, target_type, message_id)
        VALUES (caller_id, sent_key, sent_digest, message_send.name, message_send.type, new_message)
        ON CONFLICT (agent_id, key) DO NOTHING;
        IF NOT FOUND THEN -- somebody else took it since it was looked for
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;

    stored := true;
    IF type = 'agent' THEN
        INSERT INTO clawgw.jobs (id, source_agent_id, target_agent_id, content)
        VALUES (new_message, caller_id, message_send.id, sent_text)
        ON CONFLICT (id) DO NOTHING;
        IF FOUND THEN
            INSERT INTO clawgw.steps (subject_id, step, trace_id) VALUES (new_message, 'accepted', trace);
        END IF;
        RETURN NEXT;
        RETURN;
    END IF;
    conversation := 'gw_agent_' || caller_id || '_' || message_send.id;
    IF EXISTS (SELECT FROM public.chat_sessions WHERE agent_id = caller_id AND peer_agent_id = message_send.id)
       OR EXISTS (SELECT FROM public.chat_sessions WHERE agent_id = message_send.id AND peer_agent_id = caller_id) THEN
        conversation := clawgw.pair_conversation(caller_id, message_send.id, conversation);
    END IF;
    INSERT INTO public.gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, created_at)
    VALUES (new_message, message_send.id, caller_id, conversation, sent_text, 'pending', clock_timestamp())
    ON CONFLICT (id) DO NOTHING;
    IF FOUND THEN
        INSERT INTO clawgw.steps (subject_id, step, trace_id) VALUES (new_message, 'accepted', trace);
    END IF;
    INSERT INTO public.chat_messages (id, agent_id, user_id, role, content, conversation_id, participant_id, created_at
                                      /*[chat_messages.tenant_id*/, tenant_id/*]*/ /*[chat_messages.mentions*/, mentions/*]*/)
    VALUES (new_line, message_send.id, caller_creator, 'user', sent_text, conversation,
            (SELECT id FROM public.participants WHERE type = 'agent' AND ref_id = caller_id), clock_timestamp()
            /*[chat_messages.tenant_id*/, caller_tenant/*]*/ /*[chat_messages.mentions*/, '[]'/*]*/)
    ON CONFLICT (id) DO NOTHING;
    -- without a session the pair's conversation is a name and no more
    IF conversation ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        UPDATE public.chat_sessions SET last_message_at = clock_timestamp() WHERE id = conversation::uuid;
    END IF;
    RETURN NEXT;
END
$function$;
