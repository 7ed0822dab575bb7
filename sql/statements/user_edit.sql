-- SPDX-License-Identifier: ISC
-- Changes a user: what is NULL stays. A row if there is such a user.
-- $1 uuid: the user   $2 text: name   $3 text: role
-- May be repeated: a repeat changes nothing.
WITH changed AS (
    UPDATE users
    SET display_name = coalesce($2::text, display_name), role = coalesce($3::text::user_role_enum, role),
        updated_at = clock_timestamp()
    WHERE id = $1::uuid
    RETURNING id
), named AS (
    UPDATE participants SET display_name = $2::text
    FROM changed
    WHERE type = 'user' AND ref_id = changed.id AND $2::text IS NOT NULL
)
SELECT id FROM changed
