-- SPDX-License-Identifier: ISC
-- Tells openclaw agents, in one sentence, that nothing will come of what they sent to agents whose rows were removed since; `batch`
-- at most. How many were told. A message or a job that was removed while its agent is there was removed by somebody who knew why:
-- an hour later that is forgotten.
CREATE OR REPLACE FUNCTION clawgw.removals_tell(batch integer) RETURNS bigint
LANGUAGE plpgsql
AS $function$
DECLARE
    number bigint;
BEGIN
    WITH settled AS MATERIALIZED (
        DELETE FROM clawgw.removals
        WHERE id = ANY (ARRAY(SELECT removals.id
                              FROM clawgw.removals
                              WHERE removed_at < now() - interval '1 hour'
                                 OR NOT EXISTS (SELECT FROM public.agents WHERE agents.id = removals.agent_id)
                              ORDER BY removed_at
                              LIMIT batch
                              FOR UPDATE SKIP LOCKED))
        RETURNING id, agent_id, agent_name, tenant_id, sender_agent_id, conversation_id
    ), unanswered AS MATERIALIZED (
        SELECT gen_random_uuid() AS notice, settled.id, sender.id AS sender_id, settled.conversation_id,
               format('%s will not answer: this agent was removed.', coalesce(settled.agent_name, 'Whom you wrote to')) AS words
        FROM settled
        CROSS JOIN LATERAL (
            SELECT id FROM public.agents
            WHERE id = settled.sender_agent_id AND agent_type = 'openclaw' AND tenant_id IS NOT DISTINCT FROM settled.tenant_id
              /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
            LIMIT 1) sender
        WHERE NOT EXISTS (SELECT FROM public.agents WHERE agents.id = settled.agent_id)
    ), told AS (
        INSERT INTO public.gateway_messages (id, agent_id, conversation_id, content, status, created_at)
        SELECT notice, sender_id, conversation_id, words, 'pending', clock_timestamp() FROM unanswered
        RETURNING id
    ), last_word AS (
        -- as in message_end
        INSERT INTO clawgw.replies (message_id, in_reply_to, depth)
        SELECT told.id, unanswered.id, 1000 FROM told JOIN unanswered ON unanswered.notice = told.id
        RETURNING 1
    )
    SELECT count(*) INTO number FROM last_word;
    RETURN number;
END
$function$;
