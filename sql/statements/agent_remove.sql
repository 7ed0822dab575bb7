-- Mark an agent removed and take its key away; its messages and conversations stay. One row: an empty text.
-- $1 uuid: id
-- May be repeated: what is gone is gone.
WITH removed AS (
    UPDATE agents
    SET deleted_at = clock_timestamp(), updated_at = clock_timestamp(), api_key_hash = NULL, status = 'stopped'
    WHERE id = $1::uuid AND deleted_at IS NULL
)
SELECT ''::text AS used_by
