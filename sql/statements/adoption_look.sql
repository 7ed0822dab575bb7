-- SPDX-License-Identifier: ISC
-- What there is to adopt, and who wants to. One row. `version`: which of the platform's, as far as its columns tell. `missing`: tables
-- that every version has, and that are not here. `owners`: of the platform's tables. `owned`: all of them by the role.
-- May be repeated: it only reads.
WITH wanted AS MATERIALIZED (
    SELECT name, to_regclass('public.' || name) AS table
    FROM unnest('{tenants,users,llm_models,agents,org_members,agent_relationships,agent_agent_relationships,gateway_messages,participants,chat_sessions,chat_messages,channel_configs}'::text[]) AS wanted(name)
), had AS MATERIALIZED (
    SELECT pg_class.oid, pg_class.relname, pg_class.relowner, pg_class.reltuples
    FROM wanted
    CROSS JOIN LATERAL (SELECT * FROM pg_class WHERE oid = wanted.table LIMIT 1) pg_class
), feature AS MATERIALIZED (
    SELECT count(*) AS count
    FROM (VALUES ('agents', 'deleted_at'), ('agents', 'access_mode'), ('chat_messages', 'tenant_id'),
                 ('chat_sessions', 'session_type')) AS feature(name, part)
    CROSS JOIN LATERAL (SELECT FROM pg_attribute
                        WHERE attrelid = to_regclass('public.' || feature.name) AND attname = feature.part AND NOT attisdropped
                        LIMIT 1) there
)
SELECT current_user::text AS role,
       CASE count WHEN 4 THEN '2026-08 or later' WHEN 0 THEN '2026-04' ELSE 'between 2026-04 and 2026-08' END AS version,
       (SELECT string_agg(name, ', ' ORDER BY name) FROM wanted WHERE wanted.table IS NULL) AS missing,
       (SELECT string_agg(DISTINCT pg_get_userbyid(relowner)::text, ', ') FROM had) AS owners,
       (SELECT bool_and(pg_has_role(current_user, relowner, 'USAGE')) FROM had) AS owned,
       (SELECT greatest(reltuples, 0)::bigint FROM had WHERE relname = 'gateway_messages') AS messages,
       (SELECT greatest(reltuples, 0)::bigint FROM had WHERE relname = 'chat_messages') AS lines,
       to_regnamespace('clawgw') IS NOT NULL AS has_schema
FROM feature
