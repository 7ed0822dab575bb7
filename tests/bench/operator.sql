-- SPDX-License-Identifier: ISC
-- What operators look at, much of it: psql variable messages (of thirty days). An organisation of 200 agents, one of whom has half of the
-- messages, and 20 others of one agent each. Indexes are made when the rows are there.
SET synchronous_commit = off;
SET session_replication_role = replica;
SET maintenance_work_mem = '512MB';
INSERT INTO tenants (id, name, slug)
SELECT lpad(n::text, 32, '0')::uuid, 'Organisation ' || n, 'org-' || n FROM generate_series(1, 21) n;
INSERT INTO users (id, tenant_id, display_name, role)
SELECT lpad(n::text, 32, '0')::uuid, lpad(n::text, 32, '0')::uuid, 'Operator ' || n,
       CASE n WHEN 1 THEN 'org_admin' WHEN 2 THEN 'platform_admin' ELSE 'member' END::user_role_enum
FROM generate_series(1, 21) n;
INSERT INTO users (id, tenant_id, display_name, role)
VALUES (lpad('100', 32, '0')::uuid, lpad('1', 32, '0')::uuid, 'Keeper', 'agent_admin');
INSERT INTO agents (id, name, creator_id, tenant_id, agent_type, status, openclaw_last_seen)
SELECT lpad((1000 + n)::text, 32, '0')::uuid, 'Agent ' || n,
       CASE WHEN n BETWEEN 150 AND 160 THEN lpad('100', 32, '0') ELSE lpad(greatest(n - 199, 1)::text, 32, '0') END::uuid,
       lpad(greatest(n - 199, 1)::text, 32, '0')::uuid, 'openclaw', 'running', now() - n * interval '1 second'
FROM generate_series(1, 220) n;
INSERT INTO org_members (id, tenant_id, name, email)
VALUES (lpad('9', 32, '0')::uuid, lpad('1', 32, '0')::uuid, 'Paul', 'paul@example.org');

CREATE TEMPORARY TABLE made_again AS
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index
WHERE indrelid IN ('gateway_messages'::regclass, 'clawgw.jobs'::regclass, 'clawgw.letters'::regclass, 'clawgw.steps'::regclass)
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid);
DO $$
DECLARE
    it record;
BEGIN
    FOR it IN SELECT name FROM made_again LOOP
        EXECUTE 'DROP INDEX ' || it.name;
    END LOOP;
END
$$;

INSERT INTO gateway_messages (id, agent_id, sender_agent_id, content, status, created_at, delivered_at, completed_at, result)
SELECT ('a' || lpad(n::text, 31, '0'))::uuid, its.agent, lpad('1001', 32, '0')::uuid,
       'Message ' || n || ' about order ' || n % 977 || repeat(' and so on', 5), its.status, its.at,
       CASE WHEN its.status <> 'pending' THEN its.at + interval '2 seconds' END,
       CASE WHEN its.status NOT IN ('pending', 'delivered') THEN its.at + interval '9 seconds' END,
       CASE its.status WHEN 'completed' THEN 'done' END
FROM generate_series(1, :messages) n
CROSS JOIN LATERAL (
    SELECT lpad((1001 + CASE n % 2 WHEN 0 THEN 0 ELSE (n / 2) % 220 END)::text, 32, '0')::uuid AS agent,
           now() - interval '30 days' + n * (interval '30 days' / :messages) AS at,
           CASE WHEN n > :messages - 5000 THEN CASE n % 4 WHEN 0 THEN 'delivered' ELSE 'pending' END
                WHEN n % 1000 = 0 THEN 'expired' WHEN n % 1000 = 1 THEN 'failed' ELSE 'completed' END AS status) its;
INSERT INTO clawgw.jobs (id, kind, source_agent_id, target_agent_id, lane, tenant_id, resource_id, content, state, head, created_at,
    queued_at, run_at, finished_at, last_error)
SELECT ('b' || lpad(n::text, 31, '0'))::uuid, 'agent', lpad((1001 + n % 200)::text, 32, '0')::uuid,
       lpad((1001 + n % 199)::text, 32, '0')::uuid, md5(n::text)::uuid, lpad('1', 32, '0')::uuid, lpad((n % 3)::text, 32, '0')::uuid,
       'Job ' || n, its.state, its.state = 'queued', its.at, its.at, its.at,
       CASE WHEN its.state <> 'queued' THEN its.at + interval '4 seconds' END, CASE its.state WHEN 'dead' THEN 'timed_out' END
FROM generate_series(1, :messages / 10) n
CROSS JOIN LATERAL (
    SELECT now() - interval '30 days' + n * (interval '300 days' / :messages) AS at,
           CASE WHEN n > :messages / 10 - 2000 THEN 'queued' WHEN n % 500 = 0 THEN 'dead' ELSE 'done' END AS state) its;
INSERT INTO clawgw.threads (id, agent_id, member_id, channel, subject)
SELECT ('d' || lpad(n::text, 31, '0'))::uuid, lpad((1001 + n % 200)::text, 32, '0')::uuid, lpad('9', 32, '0')::uuid, 'email', 'Order ' || n
FROM generate_series(1, :messages / 1000) n;
INSERT INTO clawgw.letters (id, thread_id, direction, state, content, created_at, finished_at)
SELECT ('c' || lpad(n::text, 31, '0'))::uuid, ('d' || lpad((1 + n % (:messages / 1000))::text, 31, '0'))::uuid,
       CASE n % 3 WHEN 0 THEN 'in' ELSE 'out' END, CASE n % 3 WHEN 0 THEN 'received' WHEN 1 THEN 'sent' ELSE
       CASE WHEN n % 50 = 2 THEN 'failed' ELSE 'sent' END END, 'Letter ' || n,
       now() - interval '30 days' + n * (interval '3000 days' / :messages), now() - interval '30 days' + n * (interval '3000 days' / :messages)
FROM generate_series(1, :messages / 100) n;
-- what happened to each message of the last three days
INSERT INTO clawgw.steps (subject_id, at, step, trace_id)
SELECT ('a' || lpad(n::text, 31, '0'))::uuid, now() - interval '30 days' + n * (interval '30 days' / :messages) + k * interval '2 seconds',
       (ARRAY['accepted', 'handed_out', 'reported'])[k], 'trace-' || n || '-' || k
FROM generate_series(:messages / 10 * 9, :messages) n, generate_series(1, 3) k;
INSERT INTO clawgw.rollups (span, tenant_id, at, what, bucket, n)
SELECT span, CASE tenant WHEN 0 THEN repeat('0', 32) ELSE lpad(tenant::text, 32, '0') END::uuid,
       date_bin(span * interval '1 minute', now() - back * span * interval '1 minute', 'epoch'), what, bucket, 1 + bucket * back % 50
FROM (VALUES (1, 240), (10, 156), (60, 740)) spans(span, most)
CROSS JOIN LATERAL generate_series(0, most) back
CROSS JOIN generate_series(0, 21) tenant
CROSS JOIN LATERAL (
    SELECT what, 0 AS bucket
    FROM unnest(ARRAY['accepted', 'completed', 'failed', 'expired', 'job done', 'job dead', 'letter sent', 'letter received', 'online',
                      'pending', 'working', 'queued', 'running', 'counted', 'oldest message', 'oldest job']) what
    UNION ALL
    SELECT what, bucket FROM unnest(ARRAY['handed', 'answered', 'job']) what, generate_series(20, 50, 2) bucket) numbers;

DO $$
DECLARE
    it record;
BEGIN
    FOR it IN SELECT definition FROM made_again LOOP
        EXECUTE it.definition;
    END LOOP;
END
$$;
