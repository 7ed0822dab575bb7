-- SPDX-License-Identifier: ISC
-- Removes a piece of an organisation: at most `batch` rows of the first kind of which it still has any. Its first call shuts it: from
-- then on nobody of it acts. Whoever calls it until `what` is 'tenant' (or NULL: there is no such organisation) has removed all of it;
-- one that was interrupted goes on where it stopped. Only for tables that are the gateway's own: what else the platform's refer to,
-- the platform knows.
CREATE OR REPLACE FUNCTION clawgw.tenant_purge(tenant uuid, batch integer, OUT what text, OUT removed bigint)
LANGUAGE plpgsql
AS $function$
DECLARE
    its_agents CONSTANT uuid[] := ARRAY(SELECT id FROM public.agents WHERE tenant_id = tenant LIMIT 1000);
    its_users CONSTANT uuid[] := ARRAY(SELECT id FROM public.users WHERE tenant_id = tenant LIMIT 1000);
    its_members CONSTANT uuid[] := ARRAY(SELECT id FROM public.org_members WHERE tenant_id = tenant LIMIT 1000);
    its_threads CONSTANT uuid[] := ARRAY(SELECT id FROM clawgw.threads WHERE member_id = ANY (its_members) LIMIT 1000);
BEGIN
    UPDATE public.tenants SET is_active = false WHERE id = tenant;
    IF NOT FOUND THEN
        RETURN;
    END IF;

    what := 'messages';
    DELETE FROM public.gateway_messages
    WHERE id IN (SELECT id FROM public.gateway_messages
                 WHERE agent_id = ANY (its_agents) AND (created_at IS NOT NULL) IS TRUE LIMIT batch);
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN RETURN; END IF;

    what := 'jobs';
    DELETE FROM clawgw.jobs
    WHERE id IN (SELECT id FROM clawgw.jobs WHERE target_agent_id = ANY (its_agents) LIMIT batch)
       OR id IN (SELECT id FROM clawgw.jobs WHERE source_agent_id = ANY (its_agents) LIMIT batch);
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN RETURN; END IF;

    what := 'letters';
    DELETE FROM clawgw.letters
    WHERE id IN (SELECT id FROM clawgw.letters WHERE thread_id = ANY (its_threads) LIMIT batch);
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN RETURN; END IF;
    DELETE FROM clawgw.threads WHERE id = ANY (its_threads);
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN RETURN; END IF;

    what := 'sends';
    DELETE FROM clawgw.sends WHERE id IN (SELECT id FROM clawgw.sends WHERE agent_id = ANY (its_agents) LIMIT batch);
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN RETURN; END IF;
    DELETE FROM clawgw.idempotency_keys
    WHERE (agent_id, key) IN (SELECT agent_id, key FROM clawgw.idempotency_keys WHERE agent_id = ANY (its_agents) LIMIT batch);
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN RETURN; END IF;

    -- rows that stand in a conversation of its agents, and those of its people anywhere else
    what := 'conversation rows';
    DELETE FROM public.chat_messages
    WHERE id IN (SELECT line.id FROM public.chat_sessions session
                 JOIN public.chat_messages line ON line.conversation_id = session.id::text
                 WHERE session.agent_id = ANY (its_agents) LIMIT batch)
       OR id IN (SELECT id FROM public.chat_messages WHERE user_id = ANY (its_users) LIMIT batch);
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN RETURN; END IF;

    what := 'conversations';
    DELETE FROM public.chat_sessions
    WHERE id IN (SELECT id FROM public.chat_sessions WHERE agent_id = ANY (its_agents) LIMIT batch)
       OR id IN (SELECT id FROM public.chat_sessions WHERE user_id = ANY (its_users) LIMIT batch);
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN RETURN; END IF;

    -- what belongs to an agent, a member or a user goes with it; each kind is gone when the next one begins
    what := 'agents';
    DELETE FROM public.participants WHERE type = 'agent' AND ref_id = ANY (its_agents);
    DELETE FROM public.agents WHERE id = ANY (its_agents);
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN RETURN; END IF;

    what := 'members';
    DELETE FROM public.org_members WHERE id = ANY (its_members);
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN RETURN; END IF;

    what := 'events';
    DELETE FROM clawgw.events
    WHERE id IN (SELECT id FROM clawgw.events WHERE tenant_id = tenant AND user_id IS NULL LIMIT batch)
       OR id IN (SELECT id FROM clawgw.events WHERE user_id = ANY (its_users) LIMIT batch);
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN RETURN; END IF;

    what := 'users';
    DELETE FROM public.participants WHERE type = 'user' AND ref_id = ANY (its_users);
    DELETE FROM public.users WHERE id = ANY (its_users);
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN RETURN; END IF;

    what := 'models';
    DELETE FROM public.llm_models WHERE tenant_id = tenant;
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN RETURN; END IF;

    what := 'tenant';
    DELETE FROM clawgw.rollups WHERE tenant_id = tenant;
    DELETE FROM clawgw.backlogs WHERE id = tenant;
    DELETE FROM public.tenants WHERE id = tenant;
    GET DIAGNOSTICS removed = ROW_COUNT;
END
$function$;
