-- SPDX-License-Identifier: ISC
-- Tell whoever waits (LISTEN clawgw_bell) what has something new. In a transaction of its own, after the commit of what is new,
-- because NOTIFY takes a lock on the whole database when it commits. Equal notifications of one transaction are one.
-- $1 text: an array of topics
-- $2 text: an array of messages and jobs: their status has changed, for a pending one its agent has something to poll, and if a
-- person wrote it, his screens have something new
-- May be repeated: a ring too many makes somebody look.
-- Its commit need not wait for the disk: what a crash takes along is looked up when the connection is back.
SELECT pg_notify('clawgw_bell', topic)
FROM (SELECT set_config('synchronous_commit', 'off', true) OFFSET 0) relaxed, (
    SELECT unnest($1::text::text[])
    UNION
    SELECT 'message:' || unnest($2::text::uuid[])
    UNION
    SELECT 'agent:' || agent_id
    FROM gateway_messages
    WHERE id = ANY ($2::text::uuid[]) AND (status = 'pending') IS TRUE -- not something to look up by
    UNION
    SELECT 'user:' || sender_user_id
    FROM gateway_messages
    WHERE id = ANY ($2::text::uuid[]) AND (sender_user_id IS NOT NULL) IS TRUE
    UNION
    SELECT 'user:' || source_user_id
    FROM clawgw.jobs
    WHERE id = ANY ($2::text::uuid[]) AND (source_user_id IS NOT NULL) IS TRUE
) rung (topic)
