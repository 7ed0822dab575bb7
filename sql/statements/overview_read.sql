-- SPDX-License-Identifier: ISC
-- How things stand, for whoever watches: what, which, how many. Reads a bounded number of rows whatever the tables hold: counts
-- end at $1, and what there is most of (completed messages, done jobs, what was sent) is estimated from the planner's statistics
-- where there are more. Ages are in seconds, and absent when nothing waits.
-- $1 bigint: where counting ends   $2 interval: an agent seen within this time is online
-- May be repeated: it only reads.
WITH RECURSIVE oldest AS (
    -- each agent's oldest pending message: from agent to agent through the index that polls use
    (SELECT agent_id, created_at FROM gateway_messages WHERE status = 'pending' ORDER BY agent_id, created_at LIMIT 1)
    UNION ALL
    SELECT next.agent_id, next.created_at
    FROM oldest
    CROSS JOIN LATERAL (SELECT agent_id, created_at FROM gateway_messages
                        WHERE status = 'pending' AND agent_id > oldest.agent_id
                        ORDER BY agent_id, created_at LIMIT 1) AS next
), total AS MATERIALIZED (
    -- reltuples is -1 before the first ANALYZE
    SELECT (SELECT reltuples FROM pg_class WHERE oid = 'gateway_messages'::regclass) AS messages,
           (SELECT reltuples FROM pg_class WHERE oid = 'clawgw.jobs'::regclass) AS jobs,
           (SELECT reltuples FROM pg_class WHERE oid = 'clawgw.sends'::regclass) AS sends,
           (SELECT reltuples FROM pg_class WHERE oid = 'clawgw.letters'::regclass) AS letters,
           greatest((SELECT reltuples FROM pg_class WHERE oid = 'agents'::regclass), $1::bigint) AS agents
), message AS MATERIALIZED (
    SELECT (SELECT count(*) FROM (SELECT FROM gateway_messages WHERE status = 'pending' LIMIT $1::bigint) x) AS pending,
           (SELECT count(*) FROM (SELECT FROM gateway_messages WHERE status = 'delivered' LIMIT $1::bigint) x) AS delivered,
           (SELECT count(*) FROM (SELECT FROM gateway_messages WHERE status = 'expired'
                                  ORDER BY completed_at LIMIT $1::bigint) x) AS expired,
           (SELECT count(*) FROM (SELECT FROM gateway_messages ORDER BY created_at, id LIMIT $1::bigint) x) AS counted
), job AS MATERIALIZED (
    SELECT (SELECT count(*) FROM (SELECT FROM clawgw.jobs WHERE state IN ('queued', 'running') AND state = 'queued'
                                  ORDER BY created_at LIMIT $1::bigint) x) AS queued,
           (SELECT count(*) FROM (SELECT FROM clawgw.jobs WHERE state = 'running'
                                  ORDER BY lease_until LIMIT $1::bigint) x) AS running,
           (SELECT count(*) FROM (SELECT FROM clawgw.jobs WHERE state = 'dead'
                                  ORDER BY finished_at LIMIT $1::bigint) x) AS dead,
           (SELECT count(*) FROM (SELECT FROM clawgw.jobs ORDER BY id LIMIT $1::bigint) x) AS counted
), send AS MATERIALIZED (
    SELECT (SELECT count(*) FROM (SELECT FROM clawgw.sends WHERE outcome = 'sending' AND outcome <> 'sent'
                                  LIMIT $1::bigint) x) AS sending,
           (SELECT count(*) FROM (SELECT FROM clawgw.sends WHERE outcome = 'failed' AND outcome <> 'sent'
                                  LIMIT $1::bigint) x) AS failed,
           (SELECT count(*) FROM (SELECT FROM clawgw.sends WHERE outcome = 'unknown' AND outcome <> 'sent'
                                  LIMIT $1::bigint) x) AS unknown,
           (SELECT count(*) FROM (SELECT FROM clawgw.sends ORDER BY created_at, id LIMIT $1::bigint) x) AS counted
), letter AS MATERIALIZED (
    SELECT (SELECT count(*) FROM (SELECT FROM clawgw.letters
                                  WHERE state IN ('queued', 'sending', 'unknown') AND state = 'queued'
                                  ORDER BY created_at LIMIT $1::bigint) x) AS queued,
           (SELECT count(*) FROM (SELECT FROM clawgw.letters
                                  WHERE state IN ('queued', 'sending', 'unknown') AND state = 'sending'
                                  ORDER BY created_at LIMIT $1::bigint) x) AS sending,
           (SELECT count(*) FROM (SELECT FROM clawgw.letters
                                  WHERE state IN ('queued', 'sending', 'unknown') AND state = 'unknown'
                                  ORDER BY created_at LIMIT $1::bigint) x) AS unknown,
           (SELECT count(*) FROM (SELECT FROM clawgw.letters WHERE state = 'failed'
                                  ORDER BY created_at LIMIT $1::bigint) x) AS failed
), recent AS MATERIALIZED (
    -- of what there is most of, the newest tell how the rest is divided
    SELECT count(*) AS counted, count(*) FILTER (WHERE state = 'sent') AS sent, count(*) FILTER (WHERE state = 'received') AS received,
           CASE WHEN count(*) < $1::bigint THEN 1 ELSE greatest((SELECT letters FROM total) / count(*), 1) END AS times
    FROM (SELECT state FROM clawgw.letters ORDER BY created_at DESC, id DESC LIMIT $1::bigint) x
), unfinished AS MATERIALIZED (
    SELECT kind = 'letter' AS is_letter,
           min(CASE kind WHEN 'letter' THEN coalesce(queued_at, created_at) ELSE created_at END) AS since
    FROM (SELECT kind, queued_at, created_at FROM clawgw.jobs
          WHERE state IN ('queued', 'running') ORDER BY created_at LIMIT $1::bigint) x
    GROUP BY 1
)
SELECT 'messages' AS what, 'pending' AS which, pending::double precision AS value FROM message
UNION ALL SELECT 'messages', 'delivered', delivered FROM message
UNION ALL SELECT 'messages', 'completed',
                 CASE WHEN counted < $1::bigint THEN counted ELSE greatest(counted, total.messages) END
                 - least(pending + delivered + expired, counted)
          FROM message, total
UNION ALL SELECT 'messages', 'expired', expired FROM message
UNION ALL SELECT 'message_age', NULL, greatest(extract(epoch FROM clock_timestamp() - min(created_at)), 0)
          FROM (SELECT created_at FROM oldest LIMIT $1::bigint) AS waiting
          HAVING min(created_at) IS NOT NULL
UNION ALL SELECT 'jobs', 'queued', queued FROM job
UNION ALL SELECT 'jobs', 'running', running FROM job
UNION ALL SELECT 'jobs', 'done',
                 CASE WHEN counted < $1::bigint THEN counted ELSE greatest(counted, total.jobs) END
                 - least(queued + running + dead, counted)
          FROM job, total
UNION ALL SELECT 'jobs', 'dead', dead FROM job
UNION ALL SELECT 'job_age', NULL, greatest(extract(epoch FROM clock_timestamp() - since), 0) FROM unfinished WHERE NOT is_letter
UNION ALL SELECT 'sends', 'sending', sending FROM send
UNION ALL SELECT 'sends', 'sent',
                 CASE WHEN counted < $1::bigint THEN counted ELSE greatest(counted, total.sends) END
                 - least(sending + failed + unknown, counted)
          FROM send, total
UNION ALL SELECT 'sends', 'failed', failed FROM send
UNION ALL SELECT 'sends', 'unknown', unknown FROM send
UNION ALL SELECT 'letters', 'received', round(received * times) FROM recent
UNION ALL SELECT 'letters', 'queued', queued FROM letter
UNION ALL SELECT 'letters', 'sending', sending FROM letter
UNION ALL SELECT 'letters', 'sent', round(sent * times) FROM recent
UNION ALL SELECT 'letters', 'failed', failed FROM letter
UNION ALL SELECT 'letters', 'unknown', unknown FROM letter
UNION ALL SELECT 'letter_age', NULL, greatest(extract(epoch FROM clock_timestamp() - since), 0) FROM unfinished WHERE is_letter
UNION ALL SELECT 'workers', NULL, count(*) FROM clawgw.workers WHERE seen_until > clock_timestamp()
-- last-seen times have no index, so that writing them stays cheap: where there are many agents, some pages of them are read
UNION ALL SELECT 'agents_online', NULL,
                 round(count(*) * (SELECT greatest(agents / (2 * $1::bigint), 1) FROM total))
          FROM agents TABLESAMPLE SYSTEM (100 / (SELECT greatest(agents / (2 * $1::bigint), 1) FROM total))
          WHERE agent_type = 'openclaw' /*[agents.deleted_at*/ AND deleted_at IS NULL /*]*/ AND openclaw_last_seen > now() - $2::interval
