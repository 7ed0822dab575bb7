-- SPDX-License-Identifier: ISC
-- Remove a user whom nothing refers to. The participant stays: conversations show its name. One row: what still
-- refers to the user, or an empty text.
-- $1 uuid: id
-- May be repeated: what is gone is gone.
WITH still AS MATERIALIZED (
    SELECT concat_ws(', ',
               CASE WHEN EXISTS (SELECT FROM agents WHERE creator_id = $1::uuid)
                    THEN 'agents that the user created (removed ones count)' END,
               CASE WHEN EXISTS (SELECT FROM org_members WHERE user_id = $1::uuid) THEN 'members' END,
               CASE WHEN EXISTS (SELECT FROM gateway_messages
                                 WHERE sender_user_id = $1::uuid AND status IN ('pending', 'delivered'))
                    THEN 'messages that wait for an answer' END
           ) AS used_by
), removed AS (
    DELETE FROM users USING still WHERE id = $1::uuid AND still.used_by = ''
)
SELECT used_by FROM still
