-- SPDX-License-Identifier: ISC
-- What became of claimed jobs: done, dead, or queued again for a retry. A job that the worker no longer holds is left alone and
-- not returned. What else an end leads to is for other statements of the same transaction.
-- $1 text: the worker. Arrays as text, entry by entry about the same job: $2 text: jobs (uuid[])   $3 text: epochs (bigint[])
-- $4 text: new states (text[])   $5 text: errors for operators (text[])
-- $6 text: when to run again, microseconds from now (bigint[])   $7 text: whether an attempt has failed or succeeded (boolean[])
-- $8 text: whether it cost something and led to nothing (boolean[])   $9 text: whether the fallback is next (boolean[])
-- $10, $11 text: until when the primary and the fallback are not to be asked, microseconds from now (bigint[]; NULL: as before;
-- the largest number: for good)   $12 text: what the job will use, NULL: as before (uuid[])
-- $13 text: whether it is dead because its time is over (boolean[])
WITH given AS MATERIALIZED (
    SELECT *
    FROM unnest($2::text::uuid[], $3::text::bigint[], $4::text::text[], $5::text::text[], $6::text::bigint[],
                $7::text::boolean[], $8::text::boolean[], $9::text::boolean[], $10::text::bigint[], $11::text::bigint[],
                $12::text::uuid[], $13::text::boolean[])
        AS given(id, epoch, state, error, delay, attempted, wasted, use_fallback, primary_delay, fallback_delay, resource_id,
           expired)
), held AS MATERIALIZED (
    SELECT given.*
    FROM given
    -- with a limit, a row is looked up by its id even if the table was empty when this was planned
    CROSS JOIN LATERAL (
        SELECT FROM clawgw.jobs
        WHERE id = given.id AND state = 'running' AND lease_owner = $1::text AND lease_epoch = given.epoch
        LIMIT 1
        FOR NO KEY UPDATE
    ) job
)
UPDATE clawgw.jobs job
SET (state, attempts, wasted, run_at, last_error, use_fallback, primary_after, fallback_after, resource_id, ended_as,
     finished_at) = (
        SELECT held.state,
               job.attempts + held.attempted::integer,
               job.wasted + held.wasted::integer,
               CASE WHEN held.state = 'queued' THEN clock_timestamp() + held.delay * interval '1 microsecond'
                    ELSE job.run_at END,
               coalesce(held.error, job.last_error),
               held.use_fallback,
               CASE WHEN held.primary_delay IS NULL THEN job.primary_after
                    WHEN held.primary_delay = 9223372036854775807 THEN 'infinity'
                    ELSE clock_timestamp() + held.primary_delay * interval '1 microsecond' END,
               CASE WHEN held.fallback_delay IS NULL THEN job.fallback_after
                    WHEN held.fallback_delay = 9223372036854775807 THEN 'infinity'
                    ELSE clock_timestamp() + held.fallback_delay * interval '1 microsecond' END,
               coalesce(held.resource_id, job.resource_id),
               CASE WHEN held.expired THEN 'expired' END,
               CASE WHEN held.state <> 'queued' THEN clock_timestamp() END
        FROM held
        WHERE held.id = job.id),
    lease_owner = NULL, lease_until = NULL
WHERE job.id = ANY (ARRAY(SELECT id FROM held))
RETURNING job.id
