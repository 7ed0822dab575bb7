-- SPDX-License-Identifier: ISC
-- Brings clawgw.rollups up to date: numbers of the minutes that were not counted yet, and once more of the last three, because what is
-- written in a minute may be committed in the next. From them those of ten minutes and of hours. Costs as much as happened in these
-- minutes, whatever the tables hold; after a pause it goes back three hours at most. Old rows go. Only one caller counts at a time:
-- another one returns at once. Returns how many minutes were counted.
--
-- What is counted: accepted (messages), completed, failed, expired, cancelled; job done, job dead; letter received, sent, failed,
-- unknown. Durations: handed (accepted to handed out), answered (handed out to reported), job (queued to ended). Gauges, of which the
-- largest of a span is kept: online, pending, working, queued, running, workers, oldest message, oldest job (seconds); of
-- organisations only online. "refused key" and "refused rate" are added by responders, in the minutes. "counted" is there for each minute
-- that was counted at all.
CREATE OR REPLACE FUNCTION clawgw.rollup(online interval) RETURNS integer
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
    everybody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    this CONSTANT timestamptz := date_trunc('minute', clock_timestamp());
    since timestamptz := (SELECT at - interval '2 minutes' FROM clawgw.rollups
                          WHERE span = 1 AND tenant_id = everybody ORDER BY at DESC LIMIT 1);
    begins timestamptz;
    wide record;
BEGIN
    IF NOT pg_try_advisory_xact_lock(1129071431, 19) THEN
        RETURN 0;
    END IF;
    since := greatest(least(since, this), this - interval '3 hours');

    DELETE FROM clawgw.rollups
    WHERE span = 1 AND at >= since
      AND what NOT IN ('online', 'pending', 'working', 'queued', 'running', 'workers', 'oldest message', 'oldest job',
                       'refused key', 'refused rate');
    INSERT INTO clawgw.rollups (span, tenant_id, at, what, bucket, n)
    SELECT 1, coalesce(tenant_id, everybody), minute, what, bucket, count(*)
    FROM (
        SELECT agent.tenant_id, date_trunc('minute', event.at) AS minute, event.what,
               CASE WHEN event.took IS NULL THEN 0
                    ELSE least(greatest(ceil(4 * log(2, greatest(event.took, 1)::numeric)), 0), 250) END::smallint AS bucket
        FROM (
            SELECT agent_id, created_at AS at, 'accepted' AS what, NULL::double precision AS took
            FROM public.gateway_messages WHERE created_at >= since
            UNION ALL
            SELECT agent_id, completed_at, status, NULL
            FROM public.gateway_messages
            WHERE completed_at >= since AND status IN ('completed', 'failed', 'expired', 'cancelled')
            UNION ALL
            SELECT agent_id, completed_at, 'handed', 1000 * extract(epoch FROM delivered_at - created_at)
            FROM public.gateway_messages WHERE completed_at >= since AND delivered_at IS NOT NULL
            UNION ALL
            SELECT agent_id, completed_at, 'answered', 1000 * extract(epoch FROM completed_at - delivered_at)
            FROM public.gateway_messages WHERE completed_at >= since AND delivered_at IS NOT NULL AND status = 'completed'
            UNION ALL
            SELECT coalesce(target_agent_id, source_agent_id), finished_at, 'job ' || state, NULL
            FROM clawgw.jobs WHERE finished_at >= since
            UNION ALL
            SELECT coalesce(target_agent_id, source_agent_id), finished_at, 'job',
                   1000 * extract(epoch FROM finished_at - coalesce(queued_at, created_at))
            FROM clawgw.jobs WHERE finished_at >= since AND state = 'done'
            UNION ALL
            SELECT threads.agent_id, letters.created_at, 'letter received', NULL
            FROM clawgw.letters JOIN clawgw.threads ON threads.id = letters.thread_id
            WHERE letters.created_at >= since AND letters.direction = 'in'
            UNION ALL
            SELECT threads.agent_id, letters.finished_at, 'letter ' || letters.state, NULL
            FROM clawgw.letters JOIN clawgw.threads ON threads.id = letters.thread_id
            WHERE letters.finished_at >= since AND letters.direction = 'out' AND letters.state IN ('sent', 'failed', 'unknown')
        ) event
        JOIN public.agents agent ON agent.id = event.agent_id
        WHERE event.at < this + interval '1 minute'
    ) counted
    GROUP BY GROUPING SETS ((tenant_id, minute, what, bucket), (minute, what, bucket))
    HAVING grouping(tenant_id) = 1 OR tenant_id IS NOT NULL
    UNION ALL
    SELECT 1, everybody, minute, 'counted', 0, 1 FROM generate_series(since, this, interval '1 minute') AS minute;

    -- how it stands now; counting ends where exact numbers stop to matter
    INSERT INTO clawgw.rollups (span, tenant_id, at, what, n)
    SELECT 1, tenant_id, this, what, n
    FROM (
        SELECT coalesce(tenant_id, everybody) AS tenant_id, 'online' AS what, count(*) AS n
        FROM public.agents
        WHERE agent_type = 'openclaw' AND openclaw_last_seen > now() - online
          /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
        GROUP BY GROUPING SETS ((tenant_id), ())
        HAVING grouping(tenant_id) = 1 OR tenant_id IS NOT NULL
        UNION ALL
        SELECT everybody, CASE status WHEN 'pending' THEN 'pending' ELSE 'working' END, count(*)
        FROM (SELECT status FROM public.gateway_messages WHERE (status IN ('pending', 'delivered')) IS TRUE
              ORDER BY created_at LIMIT 50000) unfinished
        GROUP BY 2
        UNION ALL
        SELECT everybody, state, count(*)
        FROM (SELECT state FROM clawgw.jobs WHERE state IN ('queued', 'running') ORDER BY created_at LIMIT 50000) unfinished
        GROUP BY 2
        UNION ALL
        SELECT everybody, 'workers', count(*) FROM clawgw.workers WHERE seen_until > clock_timestamp()
        UNION ALL
        (SELECT everybody, 'oldest message', extract(epoch FROM now() - created_at)::bigint
         FROM public.gateway_messages WHERE (status IN ('pending', 'delivered')) IS TRUE ORDER BY created_at LIMIT 1)
        UNION ALL
        (SELECT everybody, 'oldest job', extract(epoch FROM now() - created_at)::bigint
         FROM clawgw.jobs WHERE state IN ('queued', 'running') ORDER BY created_at LIMIT 1)
    ) gauge
    ON CONFLICT (span, tenant_id, at, what, bucket) DO UPDATE SET n = greatest(rollups.n, EXCLUDED.n);

    FOR wide IN SELECT * FROM (VALUES (10, 1), (60, 10)) AS spans(span, source) LOOP
        begins := date_bin(wide.span * interval '1 minute', since, 'epoch');
        DELETE FROM clawgw.rollups WHERE rollups.span = wide.span AND at >= begins;
        INSERT INTO clawgw.rollups (span, tenant_id, at, what, bucket, n)
        SELECT wide.span, tenant_id, date_bin(wide.span * interval '1 minute', at, 'epoch'), what, bucket,
               CASE WHEN what IN ('online', 'pending', 'working', 'queued', 'running', 'workers', 'oldest message', 'oldest job')
                    THEN max(n) ELSE sum(n) END
        FROM clawgw.rollups
        WHERE rollups.span = wide.source AND at >= begins
        GROUP BY tenant_id, 3, what, bucket;
    END LOOP;

    -- an hour longer than the widest plot of each
    DELETE FROM clawgw.rollups WHERE rollups.span = 1 AND at < this - interval '4 hours';
    DELETE FROM clawgw.rollups WHERE rollups.span = 10 AND at < this - interval '26 hours';
    DELETE FROM clawgw.rollups WHERE rollups.span = 60 AND at < this - interval '31 days';
    RETURN extract(epoch FROM this - since)::integer / 60 + 1;
END
$function$;
