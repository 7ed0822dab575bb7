-- SPDX-License-Identifier: ISC
-- What takes an adoption back, in order; the columns of adoption_plan.sql.
-- May be repeated: it only reads.
SELECT n AS step, command, owner, quote_ident(current_user) AS role
FROM (SELECT 11 AS n, format('DROP INDEX CONCURRENTLY public.%I', index.relname) AS command,
             NOT pg_has_role(current_user, index.relowner, 'USAGE') AS owner
      FROM pg_class index
      JOIN pg_index state ON state.indexrelid = index.oid
      WHERE index.relnamespace = 'public'::regnamespace AND index.relname LIKE 'clawgw\_%'
      UNION ALL
      SELECT 12, 'DROP SCHEMA clawgw CASCADE', NOT pg_has_role(current_user, nspowner, 'USAGE')
      FROM pg_namespace
      WHERE nspname = 'clawgw') plan
ORDER BY n, command
