-- SPDX-License-Identifier: ISC
-- Jobs of several kinds, and how the workers find those that are due.
--
-- Jobs of one lane run one after another, in the order of arrival; the first of a lane that has not ended is its head, and
-- only heads run. Due heads are found by organisation and by what they use (a model), so that neither a long lane nor a
-- silent model nor the backlog of one organisation costs the others anything. Triggers keep `head`; whoever changes jobs
-- need not think of it. Locks are taken in this order: the job's row, then its lane (an advisory lock), then the next job.
--
-- clawgw.pairs and the columns pair_lo and pair_hi are what programs of earlier versions look at: they find nothing to do
-- there any more and leave the work to the workers of this version.

DROP TRIGGER job_inserted ON clawgw.jobs;
DROP TRIGGER job_updated ON clawgw.jobs;
DROP TRIGGER job_deleted ON clawgw.jobs;
DROP TRIGGER jobs_truncated ON clawgw.jobs;
UPDATE clawgw.pairs SET next_at = NULL WHERE next_at IS NOT NULL;

ALTER TABLE clawgw.jobs
    ADD COLUMN kind text NOT NULL DEFAULT 'agent',         -- what is to be done: see src/worker/kinds.c
    ADD COLUMN lane uuid,                                   -- NULL when inserted: made of the pair or the conversation
    ADD COLUMN head boolean NOT NULL DEFAULT false,         -- the first of its lane; of no meaning once the job has ended
    ADD COLUMN tenant_id uuid,                              -- whose share of a worker it takes; NULL when inserted: the agent's
    ADD COLUMN resource_id uuid,                            -- what it uses, a model; NULL when inserted: the agent's primary one
    ADD COLUMN source_user_id uuid REFERENCES users ON DELETE CASCADE,
    ADD COLUMN conversation_id text,                        -- of kinds that have one of their own
    ADD COLUMN subject_id uuid,                             -- the row that the job is about, of kinds that have one
    ADD COLUMN queued_at timestamptz,                       -- when it was put in the queue last; job_deadline counts from here
    ADD COLUMN wasted integer NOT NULL DEFAULT 0,           -- attempts that cost something and led to nothing
    ALTER COLUMN source_agent_id DROP NOT NULL,
    ALTER COLUMN target_agent_id DROP NOT NULL,
    ALTER COLUMN pair_lo DROP NOT NULL,
    ALTER COLUMN pair_hi DROP NOT NULL,
    ALTER COLUMN queued_at SET DEFAULT clock_timestamp(),
    ADD CONSTRAINT jobs_agents CHECK (kind <> 'agent' OR (source_agent_id IS NOT NULL AND target_agent_id IS NOT NULL)) NOT VALID,
    ADD CONSTRAINT jobs_person CHECK (kind <> 'person' OR (source_user_id IS NOT NULL AND target_agent_id IS NOT NULL
                                                           AND conversation_id IS NOT NULL)) NOT VALID;

UPDATE clawgw.jobs
SET queued_at = jobs.created_at, lane = clawgw.job_lane(source_agent_id, target_agent_id, NULL, jobs.id),
    tenant_id = coalesce(agents.tenant_id, '00000000-0000-0000-0000-000000000000'),
    resource_id = coalesce(agents.primary_model_id, '00000000-0000-0000-0000-000000000000')
FROM agents
WHERE agents.id = target_agent_id AND state IN ('queued', 'running');
UPDATE clawgw.jobs SET head = true
WHERE id IN (SELECT DISTINCT ON (lane) id FROM clawgw.jobs WHERE state IN ('queued', 'running')
             ORDER BY lane, state = 'queued', seq);

DROP INDEX clawgw.jobs_pair;
DROP INDEX clawgw.jobs_pair_running;
DROP INDEX clawgw.jobs_due;
CREATE INDEX jobs_due ON clawgw.jobs (tenant_id, resource_id, run_at) WHERE head AND state = 'queued';
CREATE UNIQUE INDEX jobs_head ON clawgw.jobs (lane) WHERE head AND state IN ('queued', 'running');
CREATE INDEX jobs_waiting ON clawgw.jobs (lane, seq) WHERE state = 'queued' AND NOT head;
CREATE INDEX jobs_user ON clawgw.jobs (source_user_id) WHERE source_user_id IS NOT NULL;

CREATE TRIGGER job_arrives BEFORE INSERT ON clawgw.jobs FOR EACH ROW EXECUTE FUNCTION clawgw.job_arrives();
CREATE TRIGGER job_ended AFTER UPDATE OF state ON clawgw.jobs FOR EACH ROW
    WHEN (OLD.head AND OLD.state IN ('queued', 'running') AND NEW.state NOT IN ('queued', 'running'))
    EXECUTE FUNCTION clawgw.job_leaves();
CREATE TRIGGER job_removed AFTER DELETE ON clawgw.jobs FOR EACH ROW
    WHEN (OLD.head AND OLD.state IN ('queued', 'running')) EXECUTE FUNCTION clawgw.job_leaves();

-- What was learned of a model from its own words: parameters of a request that it does not take. A row counts as long as
-- the model's row has not been changed since.
CREATE TABLE clawgw.model_quirks (
    model_id uuid PRIMARY KEY REFERENCES llm_models ON DELETE CASCADE,
    quirks integer NOT NULL,                -- a set of bits: enum gw_llm_quirk of src/llm/llm.h
    words text NOT NULL,                    -- what the provider said, for operators
    learned_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
