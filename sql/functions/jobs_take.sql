-- SPDX-License-Identifier: ISC
-- Takes jobs that are due for a worker: heads of lanes, organisation by organisation in turn, the longest due first within each.
-- A job that was taken is the worker's until its lease ends; the epoch fences whoever had it before.
--
-- Shares: an organisation that has `running` of the worker's calls gets another one while running < tenant_weight * free, and
-- what a job uses (its resource, a model) likewise. So whoever is alone gets a fixed part of all, and however many are greedy,
-- some of it is always free for the next one. NULL: no such limit. Of the threads for letters, which a slow mail server may hold
-- for minutes, one is left to other organisations.
--
-- room: how many at most; free: calls that the worker could begin now. after_tenant: the organisation that was served last.
-- busy_…: what the worker has under way, entry by entry an organisation, or a resource, and its number.
-- deadline: jobs that are queued for longer are due now whatever run_at says, so that the worker can end them; NULL: as before.
-- Rows: a job each, then one without an id: `wait` (microseconds until there may be more to take, NULL: nothing waits or runs)
-- and `tenant_id` (the organisation that was served last).
CREATE OR REPLACE FUNCTION clawgw.jobs_take(worker text, lease interval, room integer, free integer, deadline interval,
    after_tenant uuid, busy_tenants uuid[], busy_tenant_jobs integer[], busy_resources uuid[], busy_resource_jobs integer[],
    tenant_weight double precision, resource_weight double precision)
RETURNS TABLE (id uuid, kind text, source_agent_id uuid, target_agent_id uuid, source_user_id uuid, conversation_id text,
    subject_id uuid, tenant_id uuid, resource_id uuid, epoch bigint, attempts integer, wasted integer, lost integer, age bigint,
    use_fallback boolean, primary_after bigint, fallback_after bigint, content text, wait bigint)
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
    max_groups CONSTANT integer := 256;     -- that are looked at in one call; the next one goes on behind them
    max_letters CONSTANT integer := 3;      -- of an organisation at once by one channel; one less than src/worker/errand.h has threads
    started CONSTANT timestamptz := clock_timestamp();
    next_at timestamptz;                    -- when there may be something that is not due yet
    group_tenants uuid[] := '{}';           -- the groups that have something due: an organisation and a resource each
    group_resources uuid[] := '{}';
    at_tenant uuid := after_tenant;
    at_resource uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    wrapped boolean := after_tenant IS NULL;
    head_of_group record;
    tenants integer;                        -- how many organisations the groups belong to
    quota integer;                          -- of each in a round
    left_in_round integer;
    last_tenant uuid := after_tenant;
    allowed integer;
    taken integer;
    taken_in_round integer;
    i integer;
    t integer;
    r integer;
BEGIN
    -- whose worker is gone waits again
    UPDATE clawgw.jobs job
    SET state = 'queued', lease_owner = NULL, lease_until = NULL, lost = job.lost + 1
    WHERE job.id = ANY (ARRAY(SELECT id FROM clawgw.jobs
                              WHERE state = 'running' AND lease_until < started
                              ORDER BY lease_until LIMIT 1000
                              FOR NO KEY UPDATE SKIP LOCKED));
    IF deadline IS NOT NULL THEN
        UPDATE clawgw.jobs SET run_at = started
        WHERE jobs.id = ANY (ARRAY(SELECT id FROM clawgw.jobs
                                   WHERE state IN ('queued', 'running') AND created_at < started - deadline
                                     AND state = 'queued' AND head AND queued_at < started - deadline AND run_at > started
                                   ORDER BY created_at LIMIT 1000
                                   FOR NO KEY UPDATE SKIP LOCKED));
    END IF;

    -- the first job of each group, from group to group through the index
    LOOP
        IF at_tenant IS NULL THEN
            SELECT tenant_id, resource_id, run_at INTO head_of_group FROM clawgw.jobs
            WHERE head AND state = 'queued'
            ORDER BY tenant_id, resource_id, run_at LIMIT 1;
        ELSE
            SELECT tenant_id, resource_id, run_at INTO head_of_group FROM clawgw.jobs
            WHERE head AND state = 'queued' AND (tenant_id, resource_id) > (at_tenant, at_resource)
            ORDER BY tenant_id, resource_id, run_at LIMIT 1;
        END IF;
        IF head_of_group.tenant_id IS NULL OR (wrapped AND after_tenant IS NOT NULL AND head_of_group.tenant_id > after_tenant) THEN
            EXIT WHEN wrapped;
            wrapped := true;
            at_tenant := NULL;
            CONTINUE;
        END IF;
        at_tenant := head_of_group.tenant_id;
        at_resource := head_of_group.resource_id;
        IF head_of_group.run_at > started THEN
            next_at := least(next_at, head_of_group.run_at);
        ELSE
            group_tenants := group_tenants || at_tenant;
            group_resources := group_resources || at_resource;
            IF cardinality(group_tenants) >= max_groups THEN
                next_at := started;
                EXIT;
            END IF;
        END IF;
    END LOOP;

    tenants := (SELECT count(DISTINCT x) FROM unnest(group_tenants) x);
    LOOP
        EXIT WHEN tenants = 0 OR room <= 0;
        quota := greatest(room / tenants, 1);
        taken_in_round := 0;
        left_in_round := 0;
        FOR i IN 1 .. cardinality(group_tenants) LOOP
            EXIT WHEN room <= 0;
            IF i = 1 OR group_tenants[i] <> group_tenants[i - 1] THEN
                left_in_round := quota;
            END IF;
            CONTINUE WHEN group_resources[i] IS NULL; -- nothing is left there
            t := array_position(busy_tenants, group_tenants[i]);
            r := array_position(busy_resources, group_resources[i]);
            allowed := least(room, left_in_round,
                ceil((tenant_weight * free - coalesce(busy_tenant_jobs[t], 0)) / (1 + tenant_weight)),
                ceil((resource_weight * free - coalesce(busy_resource_jobs[r], 0)) / (1 + resource_weight)));
            IF group_resources[i] IN (clawgw.letter_resource('email'), clawgw.letter_resource('feishu')) THEN
                allowed := least(allowed, max_letters - (SELECT count(*) FROM clawgw.jobs job
                                                         WHERE job.state = 'running' AND job.lease_owner = worker
                                                           AND job.tenant_id = group_tenants[i]
                                                           AND job.resource_id = group_resources[i]));
            END IF;
            CONTINUE WHEN allowed <= 0;
            RETURN QUERY
            WITH chosen AS MATERIALIZED (
                SELECT job.id FROM clawgw.jobs job
                WHERE job.head AND job.state = 'queued' AND job.tenant_id = group_tenants[i]
                  AND job.resource_id = group_resources[i] AND job.run_at <= started
                ORDER BY job.run_at
                LIMIT allowed
                FOR NO KEY UPDATE SKIP LOCKED
            )
            UPDATE clawgw.jobs job
            SET state = 'running', lease_owner = worker, lease_until = clock_timestamp() + lease, lease_epoch = job.lease_epoch + 1
            WHERE job.id = ANY (ARRAY(SELECT chosen.id FROM chosen))
            RETURNING job.id, job.kind, job.source_agent_id, job.target_agent_id, job.source_user_id, job.conversation_id,
                job.subject_id, job.tenant_id, job.resource_id, job.lease_epoch, job.attempts, job.wasted, job.lost,
                (extract(epoch FROM started - coalesce(job.queued_at, job.created_at)) * 1000000)::bigint, job.use_fallback,
                clawgw.microseconds_until(job.primary_after), clawgw.microseconds_until(job.fallback_after), job.content,
                NULL::bigint;
            GET DIAGNOSTICS taken = ROW_COUNT;
            room := room - taken;
            free := free - taken;
            left_in_round := left_in_round - taken;
            taken_in_round := taken_in_round + taken;
            IF taken > 0 THEN
                last_tenant := group_tenants[i];
            END IF;
            IF t IS NULL THEN
                busy_tenants := busy_tenants || group_tenants[i];
                busy_tenant_jobs := busy_tenant_jobs || taken;
            ELSE
                busy_tenant_jobs[t] := busy_tenant_jobs[t] + taken;
            END IF;
            IF r IS NULL THEN
                busy_resources := busy_resources || group_resources[i];
                busy_resource_jobs := busy_resource_jobs || taken;
            ELSE
                busy_resource_jobs[r] := busy_resource_jobs[r] + taken;
            END IF;
            IF taken < allowed THEN
                next_at := least(next_at, (SELECT job.run_at FROM clawgw.jobs job
                                           WHERE job.head AND job.state = 'queued' AND job.tenant_id = group_tenants[i]
                                             AND job.resource_id = group_resources[i] AND job.run_at > started
                                           ORDER BY job.run_at LIMIT 1));
                group_resources[i] := NULL;
            END IF;
        END LOOP;
        EXIT WHEN taken_in_round = 0;
    END LOOP;

    next_at := least(next_at, (SELECT job.lease_until FROM clawgw.jobs job
                               WHERE job.state = 'running' ORDER BY job.lease_until LIMIT 1));
    RETURN QUERY
    SELECT NULL::uuid, NULL, NULL::uuid, NULL::uuid, NULL::uuid, NULL, NULL::uuid, last_tenant, NULL::uuid, NULL::bigint,
           NULL::integer, NULL::integer, NULL::integer, NULL::bigint, NULL::boolean, NULL::bigint, NULL::bigint, NULL::text,
           clawgw.microseconds_until(next_at);
END
$function$;
