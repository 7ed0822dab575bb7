-- SPDX-License-Identifier: ISC
-- Remember that a migration was applied.
-- $1 integer: version   $2 text: name
INSERT INTO clawgw.migrations (version, name) VALUES ($1::integer, $2::text)
