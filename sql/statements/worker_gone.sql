-- A worker ends.
-- $1 text: its name
DELETE FROM clawgw.workers WHERE name = $1::text
