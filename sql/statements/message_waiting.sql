-- SPDX-License-Identifier: ISC
-- How many messages a poll of an agent would find: new ones, and those whose lease is over. Beyond a thousand it does not matter how
-- many.
-- $1 uuid: the agent   $2 interval: hand-out lease   $3 interval: delivery lease, 0 for none
-- May be repeated: it only reads.
SELECT least(count(*), 1000)::integer
FROM (
    (SELECT id FROM gateway_messages
     WHERE agent_id = $1::uuid AND status = 'pending'
     LIMIT 1000)
    UNION
    (SELECT message.id
     FROM (SELECT message_id FROM clawgw.handouts
           WHERE agent_id = $1::uuid AND NOT confirmed AND handed_at < now() - $2::interval
           LIMIT 1000) handout
     -- with a limit, a row is looked up by its id even if the table was empty when this was planned
     CROSS JOIN LATERAL (SELECT id FROM gateway_messages
                         WHERE id = handout.message_id AND status = 'delivered'
                         LIMIT 1) message)
    UNION
    (SELECT id FROM gateway_messages
     WHERE agent_id = $1::uuid AND status = 'delivered' AND $3::interval > interval '0'
       AND coalesce(delivered_at, created_at) < now() - $3::interval
       AND coalesce(delivered_at, created_at) >= (SELECT clawgw.adopted_at())
     LIMIT 1000)
) found
