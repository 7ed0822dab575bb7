-- SPDX-License-Identifier: ISC
-- The newest rows of a conversation that an agent may see, the newest first: those of its own organisation. Software that
-- sets no conversation leaves 'web' there, which is the column's default and no conversation: of that an agent sees its own
-- rows, and only those with the user who writes. Of a conversation that is shared with other organisations (which should not
-- be) the newest 100 rows are looked at.
CREATE OR REPLACE FUNCTION clawgw.message_history(conversation text, agent uuid, tenant uuid, sender_user uuid, rows integer)
RETURNS TABLE (id uuid, role text, content text, participant_id uuid, user_id uuid, created_at timestamptz)
LANGUAGE plpgsql STABLE
AS $function$
#variable_conflict use_column
BEGIN
    IF conversation = 'web' THEN
        RETURN QUERY
        SELECT id, role::text, content, participant_id, user_id, created_at
        FROM public.chat_messages
        WHERE conversation_id = 'web' AND agent_id = agent AND user_id = sender_user
        ORDER BY created_at DESC, id DESC
        LIMIT rows;
        RETURN;
    END IF;
    RETURN QUERY
    SELECT line.id, line.role::text, line.content, line.participant_id, line.user_id, line.created_at
    FROM (SELECT id, role, content, participant_id, user_id, created_at, agent_id /*[chat_messages.tenant_id*/ , tenant_id /*]*/
          FROM public.chat_messages
          WHERE conversation_id = conversation
          ORDER BY created_at DESC, id DESC
          LIMIT 100) line
    WHERE coalesce(/*[chat_messages.tenant_id*/ line.tenant_id, /*]*/
                   (SELECT tenant_id FROM public.agents WHERE id = line.agent_id),
                   (SELECT tenant_id FROM public.users WHERE id = line.user_id)) IS NOT DISTINCT FROM tenant
    ORDER BY line.created_at DESC, line.id DESC
    LIMIT rows;
END
$function$;
