-- SPDX-License-Identifier: ISC
-- The commands that let the programs' roles, and nobody else if the database was made for them, into a database.
-- $1 text: database   $2 text: the owner   $3 boolean: whether it was made just now
-- May be repeated: it only reads.
SELECT CASE WHEN $3::boolean THEN format('REVOKE ALL ON DATABASE %I FROM PUBLIC; ', $1::text) ELSE '' END
       || string_agg(format('GRANT CONNECT ON DATABASE %I TO %I', $1::text, rolname), '; ') AS commands
FROM pg_roles
WHERE rolname IN ($2::text || '_web', $2::text || '_worker')
