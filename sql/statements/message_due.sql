-- SPDX-License-Identifier: ISC
-- When the next lease of an agent's messages ends, so that a poll that waits looks again then: microseconds from now; NULL: none does.
-- What is over already has just been looked at.
-- $1 uuid: the agent   $2 interval: hand-out lease   $3 interval: delivery lease, 0 for none
-- May be repeated: it only reads.
SELECT clawgw.microseconds_until(least(
    (SELECT min(handed_at) + $2::interval
     FROM clawgw.handouts
     WHERE agent_id = $1::uuid AND NOT confirmed AND handed_at >= now() - $2::interval),
    (SELECT min(coalesce(delivered_at, created_at)) + $3::interval
     FROM gateway_messages
     WHERE agent_id = $1::uuid AND status = 'delivered' AND $3::interval > interval '0'
       AND coalesce(delivered_at, created_at) >= now() - $3::interval)))
