-- SPDX-License-Identifier: ISC
-- The conversation of a pair of agents, whoever wrote first: the session that they have, the oldest of several, whatever its id
-- is (the platform makes such sessions, too, and may not find two); without one, `otherwise`.
CREATE OR REPLACE FUNCTION clawgw.pair_conversation(one uuid, other uuid, otherwise text) RETURNS text
LANGUAGE plpgsql STABLE
AS $function$
DECLARE
    found text;
BEGIN
    SELECT session.id::text INTO found
    FROM (SELECT * FROM public.chat_sessions WHERE agent_id = one AND peer_agent_id = other
          UNION ALL
          SELECT * FROM public.chat_sessions WHERE agent_id = other AND peer_agent_id = one) session
    WHERE session.source_channel = 'agent' AND NOT session.is_group
      /*[chat_sessions.session_type*/ AND session.session_type = 'a2a' /*]*/
      /*[chat_sessions.deleted_at*/ AND session.deleted_at IS NULL /*]*/
    ORDER BY session.created_at, session.id
    LIMIT 1;
    RETURN coalesce(found, otherwise);
END
$function$;
