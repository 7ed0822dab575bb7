-- SPDX-License-Identifier: ISC
-- The gateway's own tables. Each row belongs to a row of the platform's and goes with it.
-- (The schema itself and clawgw.migrations are made by `clawgw-admin migrate` before the first file runs.)

-- How often a message was handed out, from the second time on: the first needs no row.
CREATE TABLE clawgw.deliveries (
    message_id uuid PRIMARY KEY REFERENCES gateway_messages ON DELETE CASCADE,
    attempts integer NOT NULL CHECK (attempts > 1)
);

-- Which message answers which, and how long the chain of answers to answers is by now.
CREATE TABLE clawgw.replies (
    message_id uuid PRIMARY KEY REFERENCES gateway_messages ON DELETE CASCADE,
    in_reply_to uuid NOT NULL,
    depth integer NOT NULL CHECK (depth > 0)
);

-- What the first request under a key led to, so that its repeats get the same answer. While an outside service is being
-- asked there is no answer yet: `state` is 'running' until `busy_until`; later than that, the first request was cut off.
CREATE TABLE clawgw.idempotency_keys (
    agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    key text NOT NULL,
    request_digest bytea NOT NULL,
    state text NOT NULL DEFAULT 'done' CHECK (state IN ('running', 'done')),
    busy_until timestamptz,
    target_name text NOT NULL,
    target_type text NOT NULL,     -- as in the answer: openclaw_agent, agent, human
    channel text,                  -- human only
    message_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (agent_id, key)
);
CREATE INDEX idempotency_keys_created ON clawgw.idempotency_keys (created_at);

-- Work that waits for clawgw-worker: a native agent is to answer a message.
CREATE TABLE clawgw.jobs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    seq bigint GENERATED ALWAYS AS IDENTITY,                -- order of arrival
    source_agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    target_agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    -- the pair, whoever wrote to whom: its jobs run one after another
    pair_lo uuid NOT NULL GENERATED ALWAYS AS (least(source_agent_id, target_agent_id)) STORED,
    pair_hi uuid NOT NULL GENERATED ALWAYS AS (greatest(source_agent_id, target_agent_id)) STORED,
    content text NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    run_at timestamptz NOT NULL DEFAULT clock_timestamp(),  -- not before
    lease_owner text,
    lease_until timestamptz,
    lease_epoch bigint NOT NULL DEFAULT 0,                  -- grows with every claim; fences who lost the lease
    last_error text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz
);
CREATE INDEX jobs_pair ON clawgw.jobs (pair_lo, pair_hi, seq) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_due ON clawgw.jobs (run_at, seq) WHERE state = 'queued';
CREATE INDEX jobs_running ON clawgw.jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_finished ON clawgw.jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_target ON clawgw.jobs (target_agent_id, seq);
CREATE INDEX jobs_source ON clawgw.jobs (source_agent_id);
