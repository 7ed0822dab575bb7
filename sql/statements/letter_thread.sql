-- SPDX-License-Identifier: ISC
-- What a thread is about, for a letter that has come. One row, if there is such a thread.
-- $1 uuid: the thread
-- May be repeated: it only reads.
SELECT thread.agent_id, thread.member_id, thread.channel, member.name::text AS member_name, member.email::text AS email,
       member.status = 'active' AND member.tenant_id IS NOT DISTINCT FROM agent.tenant_id AS member_present,
       agent.name::text AS agent_name,
       /*[agents.deleted_at*/ coalesce(agent.deleted_at, 'infinity') = 'infinity' AND /*]*/
       coalesce((SELECT is_active FROM tenants WHERE id = agent.tenant_id), true) AS agent_present
FROM clawgw.threads thread
JOIN agents agent ON agent.id = thread.agent_id
JOIN org_members member ON member.id = thread.member_id
WHERE thread.id = $1::uuid
