-- SPDX-License-Identifier: ISC
-- Changes a language model: what is NULL stays. Returns its id, NULL: there is no such model. For statements and functions that have seen
-- who asks for it.
CREATE OR REPLACE FUNCTION clawgw.model_update(wanted uuid, new_label text, new_model text, new_base_url text, no_base_url boolean,
    new_key text, new_temperature double precision, most_output_tokens integer, most_tokens_per_day integer, any_tokens boolean,
    new_timeout integer, is_enabled boolean) RETURNS uuid
LANGUAGE sql
AS $function$
    UPDATE public.llm_models
    SET label = coalesce(new_label, label), model = coalesce(new_model, model),
        base_url = CASE WHEN NOT no_base_url THEN coalesce(new_base_url, base_url) END,
        api_key_encrypted = coalesce(new_key, api_key_encrypted), temperature = coalesce(new_temperature, temperature),
        max_output_tokens = coalesce(most_output_tokens, max_output_tokens),
        max_tokens_per_day = CASE WHEN NOT any_tokens THEN coalesce(most_tokens_per_day, max_tokens_per_day) END,
        request_timeout = coalesce(new_timeout, request_timeout), enabled = coalesce(is_enabled, enabled),
        updated_at = clock_timestamp()
    WHERE id = wanted /*[llm_models.deleted_at*/ AND deleted_at IS NULL /*]*/
    RETURNING id
$function$;
