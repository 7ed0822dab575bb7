-- SPDX-License-Identifier: ISC
-- How many openclaw agents there are, and how many of them are there now. Counting ends at 100,000.
-- $1 uuid: only of this organisation, NULL: any
-- May be repeated: it only reads.
SELECT (SELECT count(*) FROM (SELECT FROM agents
                              WHERE agent_type = 'openclaw' AND ($1::uuid IS NULL OR tenant_id = $1::uuid)
                                /*[agents.deleted_at*/ AND deleted_at IS NULL /*]*/
                              LIMIT 100000) x) AS openclaw,
       (SELECT count(*) FROM clawgw.agents_online online JOIN agents ON agents.id = online.agent_id
        WHERE $1::uuid IS NULL OR agents.tenant_id = $1::uuid) AS online
