-- SPDX-License-Identifier: ISC
-- An agent does not know a person or another agent any more. One row: an empty text.
-- $1 uuid: id
-- May be repeated: what is gone is gone.
WITH person AS (
    DELETE FROM agent_relationships WHERE id = $1::uuid
), agent AS (
    DELETE FROM agent_agent_relationships WHERE id = $1::uuid
)
SELECT ''::text AS used_by
