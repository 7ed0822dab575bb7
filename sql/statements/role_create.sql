-- SPDX-License-Identifier: ISC
-- The command that makes a role, or, if told, that gives an existing one its password; NULL if there is nothing to do.
-- $1 text: name   $2 text: the password as the server stores it, or NULL   $3 boolean: whether a role that exists gets it
-- May be repeated: it only reads.
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM pg_roles WHERE rolname = $1::text)
               THEN format('CREATE ROLE %I LOGIN', $1::text) || coalesce(format(' PASSWORD %L', $2::text), '')
           WHEN $3::boolean AND $2::text IS NOT NULL
               THEN format('ALTER ROLE %I LOGIN PASSWORD %L', $1::text, $2::text)
       END AS command
