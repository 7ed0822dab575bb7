-- SPDX-License-Identifier: ISC
-- Language models as a worker needs them. `state`: ok, disabled, tokens (used up for today); removed ones are not there.
-- $1 text: models (uuid[])
-- May be repeated: it only reads.
SELECT model.id,
       CASE WHEN NOT model.enabled THEN 'disabled'
            WHEN model.max_tokens_per_day > 0 AND coalesce((
                SELECT tokens FROM clawgw.model_usage
                WHERE model_id = model.id
                  AND day = clawgw.local_time(now(), (SELECT timezone FROM tenants WHERE id = model.tenant_id))::date),
                0) >= model.max_tokens_per_day THEN 'tokens'
            ELSE 'ok' END AS state,
       model.provider::text, model.model::text, model.api_key_encrypted::text AS key, model.base_url::text, model.temperature,
       model.request_timeout, model.max_output_tokens,
       coalesce((SELECT quirks FROM clawgw.model_quirks
                 WHERE model_id = model.id AND learned_at >= model.updated_at), 0) AS quirks
FROM llm_models model
WHERE model.id = ANY ($1::text::uuid[]) /*[llm_models.deleted_at*/ AND model.deleted_at IS NULL /*]*/
