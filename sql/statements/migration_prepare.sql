-- SPDX-License-Identifier: ISC
-- The schema and the table that remembers what was applied, if they are not there yet (inside migration_lock).
DO $$
BEGIN
    -- IF NOT EXISTS would ask for the right to make it even if it is there
    IF to_regnamespace('clawgw') IS NULL THEN
        CREATE SCHEMA clawgw;
    END IF;
    CREATE TABLE IF NOT EXISTS clawgw.migrations (
        version integer PRIMARY KEY,
        name text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
END
$$
