-- The command that makes a role, or that gives an existing one its password; NULL if there is nothing to do.
-- $1 text: name   $2 text: the password as the server stores it, or NULL
-- May be repeated: it only reads.
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM pg_roles WHERE rolname = $1::text)
               THEN format('CREATE ROLE %I LOGIN', $1::text) || coalesce(format(' PASSWORD %L', $2::text), '')
           WHEN $2::text IS NOT NULL
               THEN format('ALTER ROLE %I LOGIN PASSWORD %L', $1::text, $2::text)
       END AS command
