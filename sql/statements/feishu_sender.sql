-- SPDX-License-Identifier: ISC
-- The person of an agent's organisation whom Feishu calls so: the one with the open id before one with the user id.
-- $1 uuid: the agent   $2 text: open id, or NULL   $3 text: user id, or NULL
-- May be repeated: it only reads.
SELECT member.id, member.name::text AS name
FROM (
    -- looked up by their ids, not among all of the organisation's: the condition on that stays outside
    (SELECT id, name, tenant_id, 1 AS rank FROM org_members WHERE open_id = $2::text AND status = 'active' OFFSET 0)
    UNION ALL
    (SELECT id, name, tenant_id, 2 FROM org_members WHERE external_id = $3::text AND status = 'active' OFFSET 0)
) member
WHERE member.tenant_id = (SELECT tenant_id FROM agents WHERE id = $1::uuid)
ORDER BY member.rank, member.id
LIMIT 1
