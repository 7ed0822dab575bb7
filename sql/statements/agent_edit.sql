-- SPDX-License-Identifier: ISC
-- Changes an agent: what is NULL stays. A row if there is such an agent.
-- $1 uuid: the agent   $2 text: name   $3 text: role description   $4 text: bio   $5 text: access mode   $6 uuid: creator
-- $7 uuid: model   $8 uuid: the model that steps in   $9 boolean: no such model any more
-- May be repeated: a repeat changes nothing.
WITH changed AS (
    UPDATE agents
    SET name = coalesce($2::text, name), role_description = coalesce($3::text, role_description), bio = coalesce($4::text, bio),
        /*[agents.access_mode*/ access_mode = coalesce($5::text, access_mode), /*]*/
        creator_id = coalesce($6::uuid, creator_id), primary_model_id = coalesce($7::uuid, primary_model_id),
        fallback_model_id = CASE WHEN NOT $9::boolean THEN coalesce($8::uuid, fallback_model_id) END,
        updated_at = clock_timestamp()
    WHERE id = $1::uuid /*[agents.deleted_at*/ AND deleted_at IS NULL /*]*/
    RETURNING id
)
/*[!agents.access_mode , permitted AS (
    -- there, whoever may write to an agent is named by permissions
    INSERT INTO agent_permissions (id, agent_id, scope_type, access_level)
    SELECT gen_random_uuid(), id, 'company', 'use' FROM changed
    WHERE $5::text = 'company'
      AND NOT EXISTS (SELECT FROM agent_permissions WHERE agent_id = changed.id AND scope_type = 'company')
), forbidden AS (
    DELETE FROM agent_permissions WHERE agent_id = $1::uuid AND scope_type = 'company' AND $5::text <> 'company'
) ]*/
, named AS (
    UPDATE participants SET display_name = $2::text
    FROM changed
    WHERE type = 'agent' AND ref_id = changed.id AND $2::text IS NOT NULL
)
SELECT id FROM changed
