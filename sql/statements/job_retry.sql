-- SPDX-License-Identifier: ISC
-- Let a job run now: a dead one from the beginning, one that waits without waiting; that of a letter with its letter. `was` is the
-- state in which it was found, NULL if it is not there; only 'dead' and 'queued' are changed.
-- $1 uuid: id
-- May be repeated: a queued job stays queued.
WITH job AS MATERIALIZED (
    SELECT id, kind, state FROM clawgw.jobs WHERE id = $1::uuid FOR UPDATE
), changed AS (
    UPDATE clawgw.jobs
    SET state = 'queued', run_at = clock_timestamp(), attempts = 0, finished_at = NULL, lease_owner = NULL,
        lease_until = NULL, use_fallback = false, primary_after = NULL, fallback_after = NULL
    FROM job
    WHERE jobs.id = job.id AND job.state IN ('dead', 'queued') AND job.kind <> 'letter'
)
SELECT (SELECT state FROM job) AS was,
       (SELECT clawgw.letter_retry(id) FROM job WHERE kind = 'letter' AND state IN ('dead', 'queued')) AS letter
