-- SPDX-License-Identifier: ISC
-- What is needed to ask language models for a word, in the order of $1; a row without `id` for what is not there any more.
-- $1 text: trials (uuid[])
-- May be repeated: it only reads.
SELECT model.id, model.provider::text, model.model::text, model.base_url::text, model.api_key_encrypted::text AS key,
       model.temperature, model.request_timeout, coalesce(quirk.quirks, 0) AS quirks, model.label::text AS name
FROM unnest($1::text::uuid[]) WITH ORDINALITY AS wanted(id, place)
LEFT JOIN clawgw.trials trial ON trial.id = wanted.id
LEFT JOIN llm_models model ON model.id = trial.model_id /*[llm_models.deleted_at*/ AND model.deleted_at IS NULL /*]*/
LEFT JOIN clawgw.model_quirks quirk ON quirk.model_id = model.id
ORDER BY wanted.place
