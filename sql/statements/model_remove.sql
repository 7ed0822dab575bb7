-- SPDX-License-Identifier: ISC
-- Remove a language model that no agent uses; its key is forgotten. One row: what still refers to it, or an empty text.
-- $1 uuid: id
-- May be repeated: what is gone is gone.
WITH still AS MATERIALIZED (
    SELECT CASE WHEN EXISTS (SELECT FROM agents
                             WHERE /*[agents.deleted_at*/ deleted_at IS NULL AND /*]*/
                               (primary_model_id = $1::uuid OR fallback_model_id = $1::uuid))
                THEN 'agents' ELSE '' END AS used_by
), removed AS (
    /*[llm_models.deleted_at*/
    UPDATE llm_models
    SET deleted_at = clock_timestamp(), updated_at = clock_timestamp(), enabled = false, api_key_encrypted = ''
    FROM still
    WHERE id = $1::uuid AND still.used_by = '' AND deleted_at IS NULL
    /*]*/
    /*[!llm_models.deleted_at DELETE FROM llm_models USING still WHERE id = $1::uuid AND still.used_by = '' ]*/
)
SELECT used_by FROM still
