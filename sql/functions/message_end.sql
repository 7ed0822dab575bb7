-- SPDX-License-Identifier: ISC
-- Ends messages that will not be answered, and tells openclaw agents that sent them, in one sentence: "<name> <why>." The only
-- place that does so. Who wrote a message as a letter gets one. Only what is pending or delivered is ended. Who sent a reply or a notice is not told: he expects nothing.
-- `end_status`: expired or failed. A row for each message that ended: its id, and the agent that was told, if any.
CREATE OR REPLACE FUNCTION clawgw.message_end(ids uuid[], end_status text, why text)
RETURNS TABLE (message_id uuid, told uuid)
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH message AS MATERIALIZED (
        SELECT id FROM public.gateway_messages
        WHERE id = ANY (ids) AND status IN ('pending', 'delivered')
        ORDER BY id
        FOR UPDATE
    ), ended AS MATERIALIZED (
        UPDATE public.gateway_messages SET status = end_status, completed_at = clock_timestamp()
        WHERE id = ANY (ARRAY(SELECT id FROM message))
        RETURNING id, agent_id, sender_agent_id, conversation_id
    ), let_go AS (
        DELETE FROM clawgw.handouts WHERE handouts.message_id = ANY (ARRAY(SELECT id FROM message))
    ), reasoned AS (
        INSERT INTO clawgw.endings (message_id, reason)
        SELECT ended.id, format('%s %s.', agents.name, why)
        FROM ended
        JOIN public.agents ON agents.id = ended.agent_id
        ON CONFLICT (message_id) DO UPDATE SET reason = EXCLUDED.reason
    ), stepped AS (
        INSERT INTO clawgw.steps (subject_id, step, note)
        SELECT ended.id, end_status, format('%s %s.', agents.name, why)
        FROM ended
        JOIN public.agents ON agents.id = ended.agent_id
    ), notice AS MATERIALIZED (
        SELECT gen_random_uuid() AS id, ended.id AS ended_id, sender.id AS sender_id, ended.agent_id, ended.conversation_id,
               format('%s %s.', agents.name, why) AS content
        FROM ended
        JOIN public.agents ON agents.id = ended.agent_id
        JOIN public.agents sender ON sender.id = ended.sender_agent_id
        WHERE sender.agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(sender.deleted_at, 'infinity') = 'infinity' /*]*/
          AND sender.tenant_id IS NOT DISTINCT FROM agents.tenant_id
          AND NOT EXISTS (SELECT FROM clawgw.replies WHERE replies.message_id = ended.id)
    ), told AS (
        INSERT INTO public.gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, created_at)
        SELECT id, sender_id, agent_id, conversation_id, content, 'pending', clock_timestamp() FROM notice
        RETURNING id
    ), last_word AS (
        -- deeper than programs of before the notices' own mark would answer
        INSERT INTO clawgw.replies (message_id, in_reply_to, depth)
        SELECT told.id, notice.ended_id, 1000 FROM told JOIN notice ON notice.id = told.id
    )
    SELECT ended.id, notice.sender_id FROM ended LEFT JOIN notice ON notice.ended_id = ended.id;
    -- who wrote a letter is told by one, once
    PERFORM clawgw.letter_answer(endings.message_id, 'notice', endings.reason)
    FROM clawgw.endings
    WHERE endings.message_id = ANY (ids) AND clawgw.letter_writer(endings.message_id) IS NOT NULL;
END
$function$;
