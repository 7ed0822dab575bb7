-- SPDX-License-Identifier: ISC
-- A letter of a person's has come for an agent: the thread, the letter, the row in the conversation, and the message (openclaw) or the
-- job (native), all but the first with the letter's id. Returns: received, repeated (it came before), gone (agent or person are not
-- there any more, or not of one organisation), unavailable (the agent may not act), full (too much waits for it).
-- about: subject of a new thread. max_…: how many may wait, as for clawgw.queue_full.
CREATE OR REPLACE FUNCTION clawgw.letter_receive(letter uuid, thread uuid, to_agent uuid, from_member uuid, by_channel text,
    at_place text, about text, words text, all_of_it bytea, external text, max_from bigint, max_target bigint, max_tenant bigint)
RETURNS text
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
    agent record;
    member record;
    place_of_it uuid;
BEGIN
    -- two at once with the same letter come one after another
    PERFORM pg_advisory_xact_lock(uuid_hash_extended(letter, 3));
    -- the letter may have been removed since; what it said stays in the conversation
    IF EXISTS (SELECT FROM clawgw.letters WHERE id = letter) OR EXISTS (SELECT FROM public.chat_messages WHERE id = letter) THEN
        RETURN 'repeated';
    END IF;
    SELECT agents.id, agents.tenant_id, agents.agent_type,
           clawgw.agent_may_act(agents, (SELECT is_active FROM public.tenants WHERE id = agents.tenant_id),
                                (SELECT is_active FROM public.users WHERE id = agents.creator_id)) AS may_act
    INTO agent
    FROM public.agents
    WHERE agents.id = to_agent /*[agents.deleted_at*/ AND coalesce(agents.deleted_at, 'infinity') = 'infinity' /*]*/;
    SELECT org_members.id,
           (SELECT users.id FROM public.users WHERE users.id = org_members.user_id AND users.tenant_id = agent.tenant_id) AS user_id
    INTO member
    -- with a limit, it is looked up by its id
    FROM (SELECT id, user_id, status, tenant_id FROM public.org_members WHERE id = from_member LIMIT 1) org_members
    WHERE org_members.status = 'active' AND org_members.tenant_id = agent.tenant_id;
    IF agent.id IS NULL OR member.id IS NULL THEN
        RETURN 'gone';
    END IF;
    IF NOT agent.may_act THEN
        RETURN 'unavailable';
    END IF;
    IF clawgw.queue_full(agent.agent_type <> 'openclaw', coalesce(member.user_id, '00000000-0000-0000-0000-000000000000'), agent.id, agent.tenant_id,
                         max_from, max_target, max_tenant) IS NOT NULL THEN
        RETURN 'full';
    END IF;
    place_of_it := clawgw.thread_open(thread, agent.id, member.id, by_channel, at_place, about);
    INSERT INTO clawgw.letters (id, thread_id, direction, state, external_id, content, whole, finished_at)
    VALUES (letter, place_of_it, 'in', 'received', external, words, all_of_it, clock_timestamp());
    PERFORM clawgw.thread_say(place_of_it, letter, false, words);
    IF agent.agent_type = 'openclaw' THEN
        INSERT INTO public.gateway_messages (id, agent_id, sender_user_id, conversation_id, content, status, created_at)
        VALUES (letter, agent.id, member.user_id, place_of_it::text, words, 'pending', clock_timestamp());
    ELSE
        INSERT INTO clawgw.jobs (id, kind, target_agent_id, source_user_id, conversation_id, subject_id, content)
        VALUES (letter, 'correspondent', agent.id, member.user_id, place_of_it::text, letter, words);
    END IF;
    RETURN 'received';
END
$function$;
