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

-- The pair's row is locked first and the jobs are read by a statement of their own after that: whoever else changes jobs
-- of the pair has then either committed, and is seen, or waits for this lock.
CREATE FUNCTION clawgw.pair_refresh(pair_lo uuid, pair_hi uuid) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    PERFORM FROM clawgw.pairs WHERE lo = pair_refresh.pair_lo AND hi = pair_refresh.pair_hi FOR NO KEY UPDATE;
    UPDATE clawgw.pairs
    SET next_at = CASE WHEN NOT EXISTS (
                      SELECT FROM clawgw.jobs
                      WHERE jobs.pair_lo = pair_refresh.pair_lo AND jobs.pair_hi = pair_refresh.pair_hi
                        AND state = 'running')
                  THEN (SELECT run_at FROM clawgw.jobs
                        WHERE jobs.pair_lo = pair_refresh.pair_lo AND jobs.pair_hi = pair_refresh.pair_hi
                          AND state = 'queued'
                        ORDER BY seq LIMIT 1) END
    WHERE lo = pair_refresh.pair_lo AND hi = pair_refresh.pair_hi;
END
$function$;

CREATE FUNCTION clawgw.job_changed() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN
        INSERT INTO clawgw.pairs (lo, hi) VALUES (NEW.pair_lo, NEW.pair_hi) ON CONFLICT (lo, hi) DO NOTHING;
        PERFORM clawgw.pair_refresh(NEW.pair_lo, NEW.pair_hi);
    WHEN 'UPDATE' THEN
        PERFORM clawgw.pair_refresh(NEW.pair_lo, NEW.pair_hi);
    WHEN 'DELETE' THEN
        PERFORM clawgw.pair_refresh(OLD.pair_lo, OLD.pair_hi);
    WHEN 'TRUNCATE' THEN
        DELETE FROM clawgw.pairs;
    END CASE;
    RETURN NULL;
END
$function$;

CREATE TRIGGER job_inserted AFTER INSERT ON clawgw.jobs FOR EACH ROW
    WHEN (NEW.state IN ('queued', 'running')) EXECUTE FUNCTION clawgw.job_changed();
CREATE TRIGGER job_updated AFTER UPDATE OF state, run_at ON clawgw.jobs FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.run_at <> NEW.run_at) EXECUTE FUNCTION clawgw.job_changed();
CREATE TRIGGER job_deleted AFTER DELETE ON clawgw.jobs FOR EACH ROW
    WHEN (OLD.state IN ('queued', 'running')) EXECUTE FUNCTION clawgw.job_changed();
CREATE TRIGGER jobs_truncated AFTER TRUNCATE ON clawgw.jobs FOR EACH STATEMENT EXECUTE FUNCTION clawgw.job_changed();

-- A dead job that an operator queues again starts from the beginning.
CREATE FUNCTION clawgw.job_revived() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    NEW.attempts := 0;
    NEW.lost := 0;
    NEW.use_fallback := false;
    NEW.primary_after := NULL;
    NEW.fallback_after := NULL;
    NEW.lease_owner := NULL;
    NEW.lease_until := NULL;
    NEW.finished_at := NULL;
    RETURN NEW;
END
$function$;

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

-- The wall clock of a tenant. A time zone that nobody knows counts as UTC.
CREATE FUNCTION clawgw.local_time(at timestamptz, zone text) RETURNS timestamp
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN at AT TIME ZONE coalesce(zone, 'UTC');
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN at AT TIME ZONE 'UTC';
END
$function$;

-- Whether a count that began at `since` is over: a new day (or month) has begun. An unknown beginning counts as today.
CREATE FUNCTION clawgw.count_is_over(since timestamptz, unit text, zone text) RETURNS boolean
LANGUAGE sql STABLE
AS $function$
    SELECT coalesce(date_trunc(unit, clawgw.local_time(since, zone)) < date_trunc(unit, clawgw.local_time(now(), zone)), false)
$function$;
