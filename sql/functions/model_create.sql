-- SPDX-License-Identifier: ISC
-- A new language model. A row of this id that is there stays. For statements and functions that have seen who asks for it.
CREATE OR REPLACE FUNCTION clawgw.model_create(new_id uuid, its_tenant uuid, its_label text, its_provider text, its_model text,
    its_base_url text, stored_key text, its_temperature double precision, most_output_tokens integer, most_tokens_per_day integer,
    its_timeout integer, is_enabled boolean) RETURNS void
LANGUAGE sql
AS $function$
    INSERT INTO public.llm_models (id, tenant_id, label, provider, model, base_url, api_key_encrypted, temperature, max_output_tokens,
        max_tokens_per_day, request_timeout, enabled, created_at, updated_at /*[llm_models.supports_vision , supports_vision ]*/)
    VALUES (new_id, its_tenant, its_label, its_provider, its_model, its_base_url, stored_key, its_temperature, most_output_tokens,
        most_tokens_per_day, its_timeout, is_enabled, clock_timestamp(), clock_timestamp() /*[llm_models.supports_vision , false ]*/)
    ON CONFLICT (id) DO NOTHING
$function$;
