-- SPDX-License-Identifier: ISC
-- Forget an agent's account at a service. One row: an empty text.
-- $1 uuid: id
-- May be repeated: what is gone is gone.
WITH removed AS (
    DELETE FROM channel_configs WHERE id = $1::uuid
)
SELECT ''::text AS used_by
