-- SPDX-License-Identifier: ISC
-- Names are found by what a reader takes for the same name (sql/functions/name_key.sql).

-- In the order of code points, so that the beginnings of names can be looked up, too.
/*[own*/
CREATE INDEX agents_tenant_name_key ON agents (tenant_id, (clawgw.name_key(name) COLLATE "C"));
/*]*/
