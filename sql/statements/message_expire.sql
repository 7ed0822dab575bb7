-- SPDX-License-Identifier: ISC
-- Give a message up, and tell an openclaw agent that sent it. `was` is the state in which it was found, NULL if it is not
-- there; only 'pending' and 'delivered' are changed.
-- $1 uuid: id
WITH message AS MATERIALIZED (
    SELECT id, status FROM gateway_messages WHERE id = $1::uuid FOR UPDATE
)
SELECT (SELECT status::text FROM message) AS was,
       (SELECT count(*) FROM clawgw.message_end(ARRAY(SELECT id FROM message), 'expired',
                                               'will not answer: your message was given up by the operator')) AS ended
