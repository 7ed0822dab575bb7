-- SPDX-License-Identifier: ISC
-- Remove a person whom no agent knows. One row: what still refers to the person, or an empty text.
-- $1 uuid: id
-- May be repeated: what is gone is gone.
WITH still AS MATERIALIZED (
    SELECT CASE WHEN EXISTS (SELECT FROM agent_relationships WHERE member_id = $1::uuid)
                THEN 'relationships' ELSE '' END AS used_by
), removed AS (
    DELETE FROM org_members USING still WHERE id = $1::uuid AND still.used_by = ''
)
SELECT used_by FROM still
