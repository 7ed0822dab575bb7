-- SPDX-License-Identifier: ISC
-- Whether anything was ever migrated here, and whether there are tables like the platform's. Read from the catalogue:
-- to_regclass() may know nothing yet of what another migration committed while this one waited for migration_lock.
-- May be repeated: it only reads.
SELECT EXISTS (SELECT FROM pg_class relation JOIN pg_namespace schema ON schema.oid = relation.relnamespace
               WHERE schema.nspname = 'clawgw' AND relation.relname = 'migrations') AS migrated,
       EXISTS (SELECT FROM pg_class relation JOIN pg_namespace schema ON schema.oid = relation.relnamespace
               WHERE schema.nspname = 'public' AND relation.relname IN ('agents', 'gateway_messages')) AS has_tables
