-- SPDX-License-Identifier: ISC
-- An administrator lets agents use a language model, or not. Returns whether they might before, NULL: there is no such model for him. With
-- its owner's rights, because the table holds keys.
CREATE OR REPLACE FUNCTION clawgw.model_switch(actor uuid, wanted uuid, use boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    was boolean;
BEGIN
    SELECT model.enabled INTO was
    FROM clawgw.operator_rank(actor) me
    JOIN public.llm_models model ON model.id = wanted AND (me.rank = 2 OR me.rank = 1 AND model.tenant_id = me.tenant)
    /*[llm_models.deleted_at*/ WHERE model.deleted_at IS NULL /*]*/
    FOR UPDATE OF model;
    UPDATE public.llm_models SET enabled = use, updated_at = clock_timestamp() WHERE id = wanted AND was <> use;
    RETURN was;
END
$function$;
