-- SPDX-License-Identifier: ISC
-- What is to be done before our own schema is made on the platform's tables (step 1, 2), and after it (3, 4), in order.
-- Rows: `step` 1 rights and the schema, 2 a function that an index needs (`command` is what is to be done after it), 3 indexes
-- that were left half-made, 4 indexes; `owner`: the role may not do it, an owner of the tables must; `role`: its name, quoted.
-- $1, $2, $3, $4 text: our indexes (text[]): names, tables, commands, definitions of the platform's that do as well ('': none)
-- May be repeated: it only reads.
WITH ours AS MATERIALIZED (
    SELECT index.n, index.name, index.command, index.instead, relation.oid, relation.relowner,
           (SELECT state.indisvalid FROM pg_class ours JOIN pg_index state ON state.indexrelid = ours.oid
            WHERE ours.relname = index.name AND ours.relnamespace = 'public'::regnamespace AND state.indrelid = relation.oid) AS valid
    FROM unnest($1::text::text[], $2::text::text[], $3::text::text[], $4::text::text[])
        WITH ORDINALITY AS index(name, relation, command, instead, n)
    CROSS JOIN LATERAL (SELECT oid, relowner FROM pg_class WHERE oid = to_regclass('public.' || index.relation) LIMIT 1) relation
), missing AS MATERIALIZED (
    SELECT ours.n, ours.name, ours.command, ours.valid,
           NOT (pg_has_role(current_user, ours.relowner, 'USAGE') AND has_schema_privilege('public', 'CREATE')) AS owner
    FROM ours
    WHERE ours.valid IS NOT TRUE
      AND (ours.instead = ''
           OR NOT EXISTS (SELECT FROM pg_index
                          WHERE pg_index.indrelid = ours.oid AND pg_index.indisvalid
                            AND pg_get_indexdef(pg_index.indexrelid) LIKE '% USING ' || ours.instead))
), used AS MATERIALIZED (
    SELECT relation.oid, used.name, used.n, used.rights
    FROM unnest('{tenants,users,llm_models,agents,org_members,agent_relationships,agent_agent_relationships,gateway_messages,participants,chat_sessions,chat_messages,channel_configs,identities,agent_permissions}'::text[])
        WITH ORDINALITY AS named(name, n)
    CROSS JOIN LATERAL (
        SELECT named.name, named.n,
               CASE named.name WHEN 'identities' THEN '{SELECT}'::text[]
                               WHEN 'gateway_messages' THEN '{SELECT,INSERT,UPDATE,DELETE,REFERENCES,TRIGGER}'
                               ELSE '{SELECT,INSERT,UPDATE,DELETE,REFERENCES}' END AS rights) used
    CROSS JOIN LATERAL (SELECT oid FROM pg_class WHERE oid = to_regclass('public.' || used.name) LIMIT 1) relation
)
SELECT step, command, owner, quote_ident(current_user) AS role
FROM (SELECT 1 AS step, 0 AS n, format('GRANT USAGE ON SCHEMA public TO %I', current_user) AS command, true AS owner
      WHERE NOT has_schema_privilege('public', 'USAGE')
      UNION ALL
      SELECT 1, used.n, format('GRANT %s ON public.%I TO %I', string_agg(wanted, ', ' ORDER BY wanted), used.name, current_user), true
      FROM used, unnest(used.rights) AS wanted
      WHERE NOT has_table_privilege(used.oid, wanted)
      GROUP BY used.n, used.name
      UNION ALL
      SELECT 1, 1000, CASE WHEN has_database_privilege(current_database(), 'CREATE') THEN 'CREATE SCHEMA clawgw'
                           ELSE format('CREATE SCHEMA clawgw AUTHORIZATION %I', current_user) END,
             NOT has_database_privilege(current_database(), 'CREATE')
      WHERE to_regnamespace('clawgw') IS NULL
      UNION ALL
      SELECT 1, 1000, format('GRANT USAGE, CREATE ON SCHEMA clawgw TO %I', current_user), true
      WHERE to_regnamespace('clawgw') IS NOT NULL
        AND NOT has_schema_privilege(to_regnamespace('clawgw'), 'USAGE, CREATE')
      UNION ALL
      -- whoever writes to agents or chat_messages has the index's expression computed with his own rights
      SELECT 2, made.n, format('GRANT EXECUTE ON FUNCTION clawgw.%s TO PUBLIC', made.signature), false
      FROM (VALUES (0, 'name_key', 'name_key(text)'), (1, 'word_pairs', 'word_pairs(uuid, text)')) AS made(n, name, signature)
      WHERE NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = to_regnamespace('clawgw') AND proname = made.name)
      UNION ALL
      SELECT 3, n, format('DROP INDEX CONCURRENTLY public.%I', name), owner FROM missing WHERE valid IS FALSE
      UNION ALL
      SELECT 4, n, command, owner FROM missing) plan
ORDER BY step, n
