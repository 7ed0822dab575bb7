-- SPDX-License-Identifier: ISC
-- An administrator changes an agent: `change` has what is to be other than it is: name, role_description, creator (a user of the same
-- organisation), model, fallback_model (of it, or null), max_calls_per_day, max_tokens_per_day (null: any number). Returns what was and is ("name
-- Beta, now Gamma"); 'no_creator', 'no_model': there is no such one to use; NULL: there is no such agent for him. With its owner's rights:
-- the responders' role may change nothing of this.
CREATE OR REPLACE FUNCTION clawgw.agent_change(actor uuid, wanted uuid, change jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    it record;
BEGIN
    SELECT agent.id, agent.tenant_id, agent.name, agent.creator_id, agent.primary_model_id, agent.fallback_model_id,
           agent.max_llm_calls_per_day, agent.max_tokens_per_day, agent.role_description INTO it
    FROM clawgw.operator_rank(actor) me
    JOIN public.agents agent ON agent.id = wanted AND (me.rank = 2 OR me.rank = 1 AND agent.tenant_id = me.tenant)
    /*[agents.deleted_at*/ WHERE agent.deleted_at IS NULL /*]*/
    FOR UPDATE OF agent;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF change ? 'creator' AND NOT EXISTS (SELECT FROM public.users WHERE id = (change ->> 'creator')::uuid AND is_active
                                            AND tenant_id = it.tenant_id) THEN
        RETURN 'no_creator';
    END IF;
    IF EXISTS (SELECT FROM unnest(ARRAY[change ->> 'model', change ->> 'fallback_model']::uuid[]) other(id)
               WHERE other.id IS NOT NULL
                 AND NOT EXISTS (SELECT FROM public.llm_models WHERE llm_models.id = other.id AND tenant_id = it.tenant_id
                                   /*[llm_models.deleted_at*/ AND deleted_at IS NULL /*]*/)) THEN
        RETURN 'no_model';
    END IF;
    UPDATE public.agents
    SET name = coalesce(change ->> 'name', name), creator_id = coalesce((change ->> 'creator')::uuid, creator_id),
        role_description = coalesce(change ->> 'role_description', role_description),
        primary_model_id = CASE WHEN change ? 'model' THEN (change ->> 'model')::uuid ELSE primary_model_id END,
        fallback_model_id = CASE WHEN change ? 'fallback_model' THEN (change ->> 'fallback_model')::uuid ELSE fallback_model_id END,
        max_llm_calls_per_day = CASE WHEN change ? 'max_calls_per_day' THEN coalesce((change ->> 'max_calls_per_day')::integer, -1)
                                     ELSE max_llm_calls_per_day END, -- -1: any number
        max_tokens_per_day = CASE WHEN change ? 'max_tokens_per_day' THEN (change ->> 'max_tokens_per_day')::integer
                                  ELSE max_tokens_per_day END,
        updated_at = clock_timestamp()
    WHERE id = wanted;
    IF change ? 'name' THEN
        UPDATE public.participants SET display_name = change ->> 'name' WHERE type = 'agent' AND ref_id = wanted;
    END IF;
    RETURN (
        SELECT left(string_agg(format('%s %s, now %s', what, left(coalesce(was, 'none'), 100), left(coalesce(now, 'none'), 100)), '; '), 300)
        FROM (VALUES ('name', it.name::text, change ->> 'name'),
                     ('creator', (SELECT display_name::text FROM public.users WHERE id = it.creator_id),
                      (SELECT display_name::text FROM public.users WHERE id = (change ->> 'creator')::uuid)),
                     ('role_description', it.role_description::text, change ->> 'role_description'),
                     ('model', (SELECT label::text FROM public.llm_models WHERE id = it.primary_model_id),
                      (SELECT label::text FROM public.llm_models WHERE id = (change ->> 'model')::uuid)),
                     ('fallback_model', (SELECT label::text FROM public.llm_models WHERE id = it.fallback_model_id),
                      (SELECT label::text FROM public.llm_models WHERE id = (change ->> 'fallback_model')::uuid)),
                     ('max_calls_per_day', nullif(it.max_llm_calls_per_day, -1)::text, change ->> 'max_calls_per_day'),
                     ('max_tokens_per_day', it.max_tokens_per_day::text, change ->> 'max_tokens_per_day')) changed(what, was, now)
        WHERE change ? what);
END
$function$;
