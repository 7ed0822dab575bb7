-- SPDX-License-Identifier: ISC
-- Finds a thread, by its id or by its place at the channel, or makes it, with what it needs among the conversations: a
-- chat_sessions row where the person is a user of the platform, and a participant. Returns its id.
CREATE OR REPLACE FUNCTION clawgw.thread_open(thread uuid, agent uuid, member uuid, by_channel text, at_place text, about text)
RETURNS uuid
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
    found uuid;
    person record;
    organisation uuid;
BEGIN
    SELECT id INTO found FROM clawgw.threads
    WHERE agent_id = agent AND member_id = member AND channel = by_channel AND place = at_place;
    IF found IS NULL THEN
        INSERT INTO clawgw.threads (id, agent_id, member_id, channel, place, subject)
        VALUES (thread, agent, member, by_channel, at_place, left(about, 500))
        ON CONFLICT DO NOTHING;
        -- whoever was quicker has committed by now
        SELECT id INTO found FROM clawgw.threads WHERE id = thread;
        IF found IS NULL THEN
            SELECT id INTO found FROM clawgw.threads
            WHERE agent_id = agent AND member_id = member AND channel = by_channel AND place = at_place;
        END IF;
    END IF;
    UPDATE clawgw.threads SET last_at = clock_timestamp() WHERE id = found;
    SELECT tenant_id INTO organisation FROM public.agents WHERE id = agent;
    SELECT member_row.id, member_row.name,
           (SELECT users.id FROM public.users WHERE users.id = member_row.user_id AND users.tenant_id = organisation) AS user_id
    INTO person
    FROM public.org_members member_row WHERE member_row.id = member;
    INSERT INTO public.participants (id, type, ref_id, display_name, created_at)
    VALUES (gen_random_uuid(), 'user', coalesce(person.user_id, person.id), person.name, clock_timestamp())
    ON CONFLICT (type, ref_id) DO NOTHING;
    IF person.user_id IS NOT NULL THEN
        INSERT INTO public.chat_sessions (id, /*[chat_sessions.tenant_id*/ tenant_id, /*]*/ agent_id, user_id, title,
            source_channel, /*[chat_sessions.session_type*/ session_type, /*]*/ is_group, created_at,
            /*[chat_sessions.updated_at*/ updated_at, /*]*/ /*[chat_sessions.is_primary is_primary, ]*/ last_message_at)
        VALUES (found, /*[chat_sessions.tenant_id*/ organisation, /*]*/ agent, person.user_id, left(about, 200), by_channel,
            /*[chat_sessions.session_type*/ 'direct', /*]*/ false, clock_timestamp(),
            /*[chat_sessions.updated_at*/ clock_timestamp(), /*]*/ /*[chat_sessions.is_primary false, ]*/ clock_timestamp())
        ON CONFLICT (id) DO UPDATE SET last_message_at = EXCLUDED.last_message_at;
    END IF;
    RETURN found;
END
$function$;
