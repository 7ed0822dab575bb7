-- SPDX-License-Identifier: ISC
-- What somebody's screen has to know behind a place in the events; a place is a transaction and an event's number in it.
-- Rows: first one of kind 'place': where the events that can be read now end (xid, id), whether some are held back by
-- transactions that are still open (`held`), and in status whether something is missing behind the given place ('reset'), or
-- nothing is shown because who reads is not signed in any more ('signed_out').
-- Then events in order. `content` is cut; truncated says so.
-- $1 uuid: the user   $2 uuid: the tenant   $3 bigint, $4 bigint: the place   $5 integer: how many at most
-- $6 integer: characters of a text   $7 bytea: digest of the cookie's value, NULL: came with a token   $8 interval: how long a
-- session lives unused
-- May be repeated: it only reads.
WITH horizon AS MATERIALIZED (
    SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin, pg_snapshot_xmax(pg_current_snapshot()) AS xmax
), place AS MATERIALIZED (
    SELECT $3::bigint::text::xid8 AS xid, $4::bigint AS id
), person AS MATERIALIZED (
    SELECT users.id
    FROM users
    JOIN tenants ON tenants.id = users.tenant_id
    WHERE users.id = $1::uuid AND users.tenant_id = $2::uuid AND users.is_active AND tenants.is_active
      /*[identities.is_active AND NOT EXISTS (SELECT FROM identities WHERE identities.id = users.identity_id AND NOT identities.is_active) ]*/
      AND ($7::bytea IS NULL
           OR EXISTS (SELECT FROM clawgw.sessions
                      WHERE digest = $7::bytea AND user_id = users.id AND seen_at > now() - $8::interval))
), mine AS MATERIALIZED (
    SELECT * FROM clawgw.events
    WHERE user_id = (SELECT id FROM person) AND (xid, id) > (SELECT xid, id FROM place) AND xid < (SELECT xmin FROM horizon)
    ORDER BY xid, id
    LIMIT $5::integer
), everybodys AS MATERIALIZED (
    SELECT * FROM clawgw.events
    WHERE user_id IS NULL AND tenant_id = $2::uuid AND EXISTS (SELECT FROM person) AND (xid, id) > (SELECT xid, id FROM place)
      AND xid < (SELECT xmin FROM horizon)
    ORDER BY xid, id
    LIMIT $5::integer
), found AS MATERIALIZED (
    SELECT * FROM (SELECT * FROM mine UNION ALL SELECT * FROM everybodys) both_
    ORDER BY xid, id
    LIMIT $5::integer
)
SELECT 'place' AS kind, horizon.xmin::text::bigint AS xid, 0::bigint AS id, NULL::uuid AS agent_id, NULL::text AS conversation_id,
       NULL::uuid AS message_id, NULL::uuid AS row_id,
       CASE WHEN NOT EXISTS (SELECT FROM person) THEN 'signed_out'
            WHEN (SELECT xid FROM clawgw.events_end) >= place.xid AND $3::bigint > 0 OR place.xid > horizon.xmax THEN 'reset'
       END AS status,
       NULL::text AS error, NULL::timestamptz AS created_at, NULL::text AS role, NULL::text AS sender, NULL::text AS content,
       false AS truncated, NULL::timestamptz AS row_at,
       EXISTS (SELECT FROM clawgw.events WHERE user_id = $1::uuid AND xid >= horizon.xmin)
       OR EXISTS (SELECT FROM clawgw.events WHERE user_id IS NULL AND tenant_id = $2::uuid AND xid >= horizon.xmin) AS held
FROM horizon, place
UNION ALL
(SELECT found.kind, found.xid::text::bigint, found.id, found.agent_id, found.conversation_id, found.message_id, found.row_id,
        found.status, found.error, found.created_at, line.role::text,
        CASE WHEN line.role = 'user' THEN (SELECT display_name FROM users WHERE id = line.user_id)
             ELSE (SELECT name FROM agents WHERE id = found.agent_id) END::text,
        left(line.content, $6::integer), length(line.content) > $6::integer, line.created_at, false
 FROM found
 LEFT JOIN chat_messages line ON line.id = found.row_id
 ORDER BY found.xid, found.id)
