-- SPDX-License-Identifier: ISC
-- Whether a chat_sessions row is a conversation of one person with one agent: not one of agents, of a group, or a deleted one.
CREATE OR REPLACE FUNCTION clawgw.person_conversation(session_id uuid) RETURNS boolean
LANGUAGE sql STABLE
AS $function$
    SELECT EXISTS (
        SELECT
        FROM public.chat_sessions session
        WHERE session.id = session_id AND session.user_id IS NOT NULL AND session.agent_id IS NOT NULL
          AND session.peer_agent_id IS NULL AND NOT session.is_group
          /*[chat_sessions.session_type*/ AND session.session_type = 'direct' /*]*/
          /*[chat_sessions.deleted_at*/ AND session.deleted_at IS NULL /*]*/
          AND session.source_channel NOT IN ('agent', 'trigger', 'heartbeat'))
$function$;
