-- SPDX-License-Identifier: ISC
-- Remove an organisation that nothing belongs to any more. One row: what still does, or an empty text.
-- $1 uuid: id
-- May be repeated: what is gone is gone.
WITH still AS MATERIALIZED (
    SELECT concat_ws(', ',
               CASE WHEN EXISTS (SELECT FROM users WHERE tenant_id = $1::uuid) THEN 'users' END,
               CASE WHEN EXISTS (SELECT FROM agents WHERE tenant_id = $1::uuid) THEN 'agents (removed ones count)' END,
               CASE WHEN EXISTS (SELECT FROM org_members WHERE tenant_id = $1::uuid) THEN 'members' END,
               CASE WHEN EXISTS (SELECT FROM llm_models WHERE tenant_id = $1::uuid) THEN 'models (removed ones count)' END
           ) AS used_by
), removed AS (
    DELETE FROM tenants USING still WHERE id = $1::uuid AND still.used_by = ''
)
SELECT used_by FROM still
