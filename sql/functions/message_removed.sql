-- SPDX-License-Identifier: ISC
-- Trigger on gateway_messages: somebody removes a message that has not ended. Perhaps its agent is removed as well, and the sender
-- will have to be told (clawgw.removals_tell). Replies and notices expect no answer. Runs with the rights of schema clawgw's owner,
-- because the platform's own service has none there, and never keeps a row from being removed.
CREATE OR REPLACE FUNCTION clawgw.message_removed() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF OLD.sender_agent_id IS NULL OR (OLD.status IN ('pending', 'delivered')) IS NOT TRUE THEN
        RETURN OLD;
    END IF;
    BEGIN
        INSERT INTO clawgw.removals (id, agent_id, agent_name, tenant_id, sender_agent_id, conversation_id, removed_at)
        SELECT OLD.id, OLD.agent_id, agents.name, agents.tenant_id, OLD.sender_agent_id, OLD.conversation_id, clock_timestamp()
        FROM public.agents
        WHERE agents.id = OLD.agent_id AND OLD.created_at >= clawgw.adopted_at()
          AND NOT EXISTS (SELECT FROM clawgw.replies WHERE message_id = OLD.id)
        ON CONFLICT (id) DO NOTHING;
    EXCEPTION WHEN OTHERS THEN
        RAISE WARNING 'clawgw: that a message was removed is not noted: %', SQLERRM;
    END;
    RETURN OLD;
END
$function$;
