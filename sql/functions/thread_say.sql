-- SPDX-License-Identifier: ISC
-- Puts what the agent or the person of a thread has written among the rows of the conversation; the person's screens are told.
CREATE OR REPLACE FUNCTION clawgw.thread_say(thread uuid, row_id uuid, by_agent boolean, words text) RETURNS void
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
    line record;
BEGIN
    SELECT threads.agent_id, agents.tenant_id, agents.creator_id, member.id AS member_id,
           (SELECT users.id FROM public.users WHERE users.id = member.user_id AND users.tenant_id = agents.tenant_id) AS user_id
    INTO line
    FROM clawgw.threads
    JOIN public.agents ON agents.id = threads.agent_id
    JOIN public.org_members member ON member.id = threads.member_id
    WHERE threads.id = thread;
    INSERT INTO public.chat_messages (id, /*[chat_messages.tenant_id*/ tenant_id, /*]*/ agent_id, user_id, role, content,
        conversation_id, participant_id, /*[chat_messages.mentions*/ mentions, /*]*/ created_at)
    VALUES (row_id, /*[chat_messages.tenant_id*/ line.tenant_id, /*]*/ line.agent_id, coalesce(line.user_id, line.creator_id),
        (CASE WHEN by_agent THEN 'assistant' ELSE 'user' END)::public.chat_role_enum, words, thread::text,
        (SELECT id FROM public.participants
         WHERE type = CASE WHEN by_agent THEN 'agent' ELSE 'user' END
           AND ref_id = CASE WHEN by_agent THEN line.agent_id ELSE coalesce(line.user_id, line.member_id) END),
        /*[chat_messages.mentions*/ '[]', /*]*/ clock_timestamp())
    ON CONFLICT (id) DO NOTHING;
    IF line.user_id IS NOT NULL THEN
        INSERT INTO clawgw.events (user_id, kind, agent_id, conversation_id, message_id, row_id, status)
        VALUES (line.user_id, 'message', line.agent_id, thread::text, row_id, row_id,
                CASE WHEN NOT by_agent THEN 'pending' END);
    END IF;
END
$function$;
