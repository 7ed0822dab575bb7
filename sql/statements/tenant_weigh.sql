-- SPDX-License-Identifier: ISC
-- What an organisation has. Counts end at 1,000,000.
-- $1 uuid: the organisation
-- May be repeated: it only reads.
SELECT (SELECT count(*) FROM agents WHERE tenant_id = $1::uuid) AS agents,
       (SELECT count(*) FROM users WHERE tenant_id = $1::uuid) AS users,
       (SELECT count(*) FROM org_members WHERE tenant_id = $1::uuid) AS members,
       (SELECT count(*) FROM (SELECT FROM gateway_messages
                              WHERE agent_id IN (SELECT id FROM agents WHERE tenant_id = $1::uuid) LIMIT 1000000) x) AS messages,
       (SELECT count(*) FROM (SELECT FROM chat_sessions
                              WHERE agent_id IN (SELECT id FROM agents WHERE tenant_id = $1::uuid) LIMIT 1000000) x) AS conversations
