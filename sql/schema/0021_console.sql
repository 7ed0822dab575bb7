-- SPDX-License-Identifier: ISC
-- What operators look at: the story of each message, job and letter, and numbers by the minute.

-- What happened to something, as it happened, beside what its own row says: who asked for it, when it was handed out and to whom,
-- attempts that failed. Kept as long as finished messages are.
CREATE TABLE clawgw.steps (
    subject_id uuid NOT NULL,           -- of a message, a job or a letter
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    step text NOT NULL,                 -- accepted, handed_out, progress, reported, attempt, state …
    note text,                          -- in words; no texts of messages
    session text,                       -- handed_out: which process of the agent asked
    trace_id text                       -- of the request that did it
);
CREATE INDEX steps_subject ON clawgw.steps (subject_id, at);
CREATE INDEX steps_trace ON clawgw.steps (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX steps_at ON clawgw.steps USING brin (at);

CREATE TRIGGER job_stepped AFTER UPDATE OF state, last_error ON clawgw.jobs FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.last_error IS DISTINCT FROM NEW.last_error)
    EXECUTE FUNCTION clawgw.job_stepped();
CREATE TRIGGER letter_stepped AFTER UPDATE OF state, error ON clawgw.letters FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.error IS DISTINCT FROM NEW.error)
    EXECUTE FUNCTION clawgw.letter_stepped();

-- Numbers by the minute, by ten minutes and by the hour (sql/functions/rollup.sql): an organisation's, and under the nil UUID all
-- organisations' together. What counts things has bucket 0. Of a duration there is one row a bucket: bucket b holds what took up to
-- 2^(b/4) milliseconds.
CREATE TABLE clawgw.rollups (
    span smallint NOT NULL CHECK (span IN (1, 10, 60)),     -- minutes
    tenant_id uuid NOT NULL,
    at timestamptz NOT NULL,                                -- when the span begins
    what text NOT NULL,
    bucket smallint NOT NULL DEFAULT 0,
    n bigint NOT NULL,
    PRIMARY KEY (span, tenant_id, at, what, bucket)
);
CREATE INDEX rollups_at ON clawgw.rollups (span, at);

-- What an operator changed: what it was before and is now.
ALTER TABLE clawgw.audit ADD COLUMN change text;

-- The threads of an agent, the newest first.
CREATE INDEX threads_agent ON clawgw.threads (agent_id, last_at DESC);

-- What operators look for: the messages of an agent, jobs and letters by their age.
-- (IS TRUE: so that the planner takes them for nothing else, such as polls, while the tables are small.)
/*[own*/
CREATE INDEX gateway_messages_agent ON gateway_messages (agent_id, created_at DESC, id DESC) WHERE (created_at IS NOT NULL) IS TRUE;
-- as it was, and with the id, so that pages can be turned
DROP INDEX gateway_messages_unfinished;
CREATE INDEX gateway_messages_unfinished ON gateway_messages (created_at, id) WHERE (status IN ('pending', 'delivered')) IS TRUE;
/*]*/
CREATE INDEX jobs_target_created ON clawgw.jobs (target_agent_id, created_at DESC, id DESC) WHERE (target_agent_id IS NOT NULL) IS TRUE;
CREATE INDEX jobs_source_created ON clawgw.jobs (source_agent_id, created_at DESC, id DESC) WHERE (source_agent_id IS NOT NULL) IS TRUE;
CREATE INDEX jobs_created ON clawgw.jobs (created_at, id) WHERE (created_at IS NOT NULL) IS TRUE;
CREATE INDEX letters_finished ON clawgw.letters (finished_at) WHERE finished_at IS NOT NULL;
