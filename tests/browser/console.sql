-- SPDX-License-Identifier: ISC
-- console.sql: a month of numbers, messages, jobs and letters for the console's pictures; into the demo organisation. `worker' has counted
-- nothing yet: numbers of the past are written as clawgw.rollup would have.
INSERT INTO gateway_messages (id, agent_id, sender_user_id, content, status, created_at, delivered_at, completed_at, result)
SELECT gen_random_uuid(), agent.id, olga.id, 'Invoice ' || i || ' of the travel accounts', CASE WHEN i % 9 = 0 THEN 'failed' WHEN i % 7 = 0 THEN 'expired' ELSE 'completed' END,
       now() - i * interval '37 minutes', now() - i * interval '37 minutes' + interval '2 seconds', now() - i * interval '37 minutes' + interval '40 seconds', 'Booked'
FROM agents agent, users olga, generate_series(1, 120) i
WHERE agent.name = 'Beta' AND olga.display_name = 'Olga';

INSERT INTO gateway_messages (id, agent_id, sender_user_id, content, status, created_at)
SELECT gen_random_uuid(), agent.id, olga.id, 'Waiting invoice ' || i, 'pending', now() - i * interval '11 minutes'
FROM agents agent, users olga, generate_series(1, 13) i
WHERE agent.name = 'Alpha' AND olga.display_name = 'Olga';

INSERT INTO clawgw.jobs (id, tenant_id, source_agent_id, target_agent_id, kind, lane, content, state, head, attempts, last_error, created_at, queued_at, run_at, finished_at)
SELECT gen_random_uuid(), alpha.tenant_id, alpha.id, nina.id, 'agent', gen_random_uuid(), 'Translate letter ' || i, CASE WHEN i % 4 = 0 THEN 'dead' ELSE 'done' END, false, 1 + i % 3,
       CASE WHEN i % 4 = 0 THEN 'HTTP 503: the model is overloaded' END, now() - i * interval '20 minutes', now() - i * interval '20 minutes', now() - i * interval '20 minutes',
       now() - i * interval '20 minutes' + interval '3 seconds'
FROM agents alpha, agents nina, generate_series(1, 30) i
WHERE alpha.name = 'Alpha' AND nina.name = 'Nina';

INSERT INTO clawgw.threads (id, agent_id, member_id, channel, subject)
SELECT 'cccccccc-0000-4000-8000-000000000001', agents.id, paul.id, 'email', 'Travel accounts' FROM agents, org_members paul WHERE agents.name = 'Alpha' AND paul.name = 'Paul';
INSERT INTO clawgw.letters (id, thread_id, direction, state, content, error, created_at, finished_at)
SELECT gen_random_uuid(), 'cccccccc-0000-4000-8000-000000000001', CASE WHEN i % 3 = 0 THEN 'in' ELSE 'out' END,
       CASE WHEN i % 3 = 0 THEN 'received' WHEN i % 5 = 0 THEN 'failed' ELSE 'sent' END, 'Dear Paul, here is number ' || i,
       CASE WHEN i % 3 <> 0 AND i % 5 = 0 THEN '550 5.1.1 no such mailbox' END, now() - i * interval '2 hours', now() - i * interval '2 hours' + interval '4 seconds'
FROM generate_series(1, 20) i;

-- what was counted: by the minute for an hour, by ten minutes for a day, by the hour for a month; for all and for the organisation
INSERT INTO clawgw.rollups (span, tenant_id, at, what, bucket, n)
SELECT span, whose, at, what, bucket, greatest(n, 1)
FROM (VALUES (1, interval '1 hour'), (10, interval '24 hours'), (60, interval '30 days')) spans(span, back)
CROSS JOIN LATERAL generate_series(date_bin(span * interval '1 minute', now() - back, 'epoch'), date_bin(span * interval '1 minute', now() - span * interval '1 minute', 'epoch'), span * interval '1 minute') at
CROSS JOIN (SELECT '00000000-0000-0000-0000-000000000000'::uuid AS whose UNION ALL SELECT id FROM tenants) organisation
CROSS JOIN LATERAL (SELECT 1 + sin(extract(epoch FROM at) / (span * 700)) / 2 AS wave) waves
CROSS JOIN LATERAL (VALUES
    ('counted', 0, 1), ('accepted', 0, (40 * span * wave)::integer), ('completed', 0, (38 * span * wave)::integer), ('failed', 0, (2 * span * wave)::integer), ('expired', 0, span),
    ('handed', 28, (30 * span * wave)::integer), ('handed', 40, (span * wave * wave)::integer), ('answered', 56, (30 * span * wave)::integer), ('answered', 66, 1),
    ('job done', 0, (5 * span * wave)::integer), ('job dead', 0, 1), ('job', 44, (5 * span * wave)::integer), ('job', 60, 1),
    ('letter sent', 0, (2 * span * wave)::integer), ('letter received', 0, span), ('letter failed', 0, 1), ('online', 0, (12 * wave)::integer), ('pending', 0, (13 * wave)::integer), ('working', 0, (5 * wave)::integer),
    ('queued', 0, (9 * wave * wave)::integer), ('running', 0, 4), ('workers', 0, 2), ('oldest message', 0, (900 * wave)::integer), ('oldest job', 0, (60 * wave)::integer)) numbers(what, bucket, n)
ON CONFLICT DO NOTHING;
