-- SPDX-License-Identifier: ISC
-- The command that makes a database; NULL if there is nothing to do.
-- $1 text: name   $2 text: its owner
-- May be repeated: it only reads.
SELECT CASE
           WHEN NOT EXISTS (SELECT FROM pg_database WHERE datname = $1::text)
               THEN format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' LOCALE ''C.UTF-8'' TEMPLATE template0',
                           $1::text, $2::text)
       END AS command
