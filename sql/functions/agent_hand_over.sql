-- SPDX-License-Identifier: ISC
-- An administrator gives an agent another name, or another creator of the same organisation; what is NULL stays. Returns what it was
-- ("Beta, made by Olga"); 'no_creator': there is no such active user there; NULL: there is no such agent for him. With its owner's rights:
-- the responders' role may change neither.
CREATE OR REPLACE FUNCTION clawgw.agent_hand_over(actor uuid, wanted uuid, new_name text, new_creator uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    it record;
BEGIN
    SELECT agent.name, agent.tenant_id, maker.display_name AS made_by INTO it
    FROM clawgw.operator_rank(actor) me
    JOIN public.agents agent ON agent.id = wanted AND (me.rank = 2 OR me.rank = 1 AND agent.tenant_id = me.tenant)
    LEFT JOIN public.users maker ON maker.id = agent.creator_id
    /*[agents.deleted_at*/ WHERE agent.deleted_at IS NULL /*]*/
    FOR UPDATE OF agent;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF new_creator IS NOT NULL
       AND NOT EXISTS (SELECT FROM public.users WHERE id = new_creator AND is_active AND tenant_id = it.tenant_id) THEN
        RETURN 'no_creator';
    END IF;
    UPDATE public.agents
    SET name = coalesce(new_name, name), creator_id = coalesce(new_creator, creator_id), updated_at = clock_timestamp()
    WHERE id = wanted;
    IF new_name IS NOT NULL THEN
        UPDATE public.participants SET display_name = new_name WHERE type = 'agent' AND ref_id = wanted;
    END IF;
    RETURN it.name || coalesce(', made by ' || it.made_by, '');
END
$function$;
