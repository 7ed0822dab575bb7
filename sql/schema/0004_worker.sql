-- SPDX-License-Identifier: ISC
-- What clawgw-worker keeps besides the jobs themselves.

ALTER TABLE clawgw.jobs
    ADD COLUMN lost integer NOT NULL DEFAULT 0,                -- how often a worker died, or was cut off, with it
    ADD COLUMN use_fallback boolean NOT NULL DEFAULT false,    -- which model is to be asked next
    ADD COLUMN primary_after timestamptz,                      -- not to be asked before; infinity: it refused for good
    ADD COLUMN fallback_after timestamptz;

-- The jobs of a pair that wait, in order; and the one that runs: at most one. (The workers see to that; the index is for the
-- case that they are wrong.)
DROP INDEX clawgw.jobs_pair;
CREATE INDEX jobs_pair ON clawgw.jobs (pair_lo, pair_hi, seq) WHERE state = 'queued';
CREATE UNIQUE INDEX jobs_pair_running ON clawgw.jobs (pair_lo, pair_hi) WHERE state = 'running';

-- The pairs of agents that ever had a job, and when the first job of each may run: NULL while one runs or none waits.
-- Workers look for work here, so neither a long queue of one pair nor a head that waits for a retry costs the others
-- anything. Kept by triggers on clawgw.jobs; whoever changes jobs need not think of it.
CREATE TABLE clawgw.pairs (
    lo uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    hi uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    next_at timestamptz,
    PRIMARY KEY (lo, hi)
) WITH (fillfactor = 70);
CREATE INDEX pairs_next ON clawgw.pairs (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX pairs_hi ON clawgw.pairs (hi);

CREATE TRIGGER job_inserted AFTER INSERT ON clawgw.jobs FOR EACH ROW
    WHEN (NEW.state IN ('queued', 'running')) EXECUTE FUNCTION clawgw.job_changed();
CREATE TRIGGER job_updated AFTER UPDATE OF state, run_at ON clawgw.jobs FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.run_at <> NEW.run_at) EXECUTE FUNCTION clawgw.job_changed();
CREATE TRIGGER job_deleted AFTER DELETE ON clawgw.jobs FOR EACH ROW
    WHEN (OLD.state IN ('queued', 'running')) EXECUTE FUNCTION clawgw.job_changed();
CREATE TRIGGER jobs_truncated AFTER TRUNCATE ON clawgw.jobs FOR EACH STATEMENT EXECUTE FUNCTION clawgw.job_changed();

CREATE TRIGGER job_revived BEFORE UPDATE OF state ON clawgw.jobs FOR EACH ROW
    WHEN (OLD.state IN ('done', 'dead') AND NEW.state = 'queued') EXECUTE FUNCTION clawgw.job_revived();

INSERT INTO clawgw.pairs (lo, hi)
SELECT DISTINCT pair_lo, pair_hi FROM clawgw.jobs WHERE state IN ('queued', 'running');
SELECT clawgw.pair_refresh(lo, hi) FROM clawgw.pairs;

-- Workers that are alive: each writes its row several times in a job_lease, and takes it away when it ends in order.
CREATE TABLE clawgw.workers (
    name text PRIMARY KEY,              -- host:pid:random, as in clawgw.jobs.lease_owner
    version text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_until timestamptz NOT NULL,    -- one that has not been seen again by then is gone
    in_flight integer NOT NULL,
    max_inflight integer NOT NULL
);
CREATE INDEX workers_seen ON clawgw.workers (seen_until);

-- What a model has used on a day (of its tenant), for llm_models.max_tokens_per_day.
CREATE TABLE clawgw.model_usage (
    model_id uuid NOT NULL REFERENCES llm_models ON DELETE CASCADE,
    day date NOT NULL,
    tokens bigint NOT NULL,
    PRIMARY KEY (model_id, day)
);

