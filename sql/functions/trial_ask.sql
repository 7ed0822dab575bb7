-- SPDX-License-Identifier: ISC
-- An administrator has a worker ask a language model for a word: a job that is done once, whatever comes of it. False: there is no such
-- model for him. With its owner's rights, because the responders' role reads no models. Older trials go.
CREATE OR REPLACE FUNCTION clawgw.trial_ask(actor uuid, wanted uuid, new_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    its record;
BEGIN
    SELECT model.tenant_id INTO its
    FROM clawgw.operator_rank(actor) me
    JOIN public.llm_models model ON model.id = wanted AND (me.rank = 2 OR me.rank = 1 AND model.tenant_id = me.tenant)
    /*[llm_models.deleted_at*/ WHERE model.deleted_at IS NULL /*]*/;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM clawgw.trials WHERE asked_at < clock_timestamp() - interval '1 day';
    INSERT INTO clawgw.trials (id, model_id, asked_by) VALUES (new_id, wanted, actor) ON CONFLICT (id) DO NOTHING;
    INSERT INTO clawgw.jobs (id, kind, subject_id, tenant_id, resource_id, content)
    VALUES (new_id, 'trial', new_id, coalesce(its.tenant_id, '00000000-0000-0000-0000-000000000000'), wanted, 'OK?')
    ON CONFLICT (id) DO NOTHING;
    RETURN true;
END
$function$;
