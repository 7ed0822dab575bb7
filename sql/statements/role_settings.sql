-- SPDX-License-Identifier: ISC
-- The commands that give a role, in one database, the settings that this session got from session_configure.
-- $1 text: role   $2 text: database
-- May be repeated: it only reads.
SELECT string_agg(format('ALTER ROLE %I IN DATABASE %I SET %s = %L;', $1::text, $2::text, quote_ident(name),
                         current_setting(name)), E'\n' ORDER BY name) AS commands
FROM pg_settings
WHERE source = 'session'
