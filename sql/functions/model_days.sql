-- SPDX-License-Identifier: ISC
-- What a language model has used, day by day of its organisation, the newest first, and what that cost at today's price; for an
-- administrator. With its owner's rights, because the responders' role reads neither models nor their use.
CREATE OR REPLACE FUNCTION clawgw.model_days(actor uuid, wanted uuid)
RETURNS TABLE (day date, tokens bigint, cost double precision)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT calendar.day, coalesce(usage.tokens, 0), (coalesce(usage.tokens, 0) * prices.price / 1000000)::double precision
    FROM clawgw.operator_rank(actor) me
    JOIN public.llm_models model ON model.id = wanted AND (me.rank = 2 OR me.rank = 1 AND model.tenant_id = me.tenant)
    LEFT JOIN public.tenants owner ON owner.id = model.tenant_id
    LEFT JOIN clawgw.model_prices prices ON prices.model_id = model.id
    CROSS JOIN LATERAL (SELECT clawgw.local_time(now(), owner.timezone)::date - back AS day FROM generate_series(0, 30) back) calendar
    LEFT JOIN clawgw.model_usage usage ON usage.model_id = model.id AND usage.day = calendar.day
    ORDER BY calendar.day DESC
$function$;
