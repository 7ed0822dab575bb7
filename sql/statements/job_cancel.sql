-- SPDX-License-Identifier: ISC
-- End a job that has not ended, and tell the sender. A worker that runs it has lost it. `was` is the state in which it was
-- found, NULL if it is not there; only 'queued' and 'running' are changed.
-- $1 uuid: id   $2 uuid: id of the notice   $3 text: the pair's conversation, if it has none yet
WITH job AS MATERIALIZED (
    SELECT id, source_agent_id, target_agent_id, state FROM clawgw.jobs WHERE id = $1::uuid FOR UPDATE
), changed AS (
    UPDATE clawgw.jobs
    SET state = 'dead', ended_as = 'cancelled', lease_owner = NULL, lease_until = NULL, lease_epoch = lease_epoch + 1,
        finished_at = clock_timestamp(), last_error = 'cancelled by the operator'
    FROM job
    WHERE jobs.id = job.id AND job.state IN ('queued', 'running')
    RETURNING job.id, jobs.kind, job.source_agent_id, job.target_agent_id
), notice AS (
    INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, created_at)
    SELECT $2::uuid, source.id, target.id, clawgw.pair_conversation(source.id, target.id, $3::text),
           format('%s will not answer: your message was cancelled by the operator.', target.name),
           'pending', clock_timestamp()
    FROM changed
    JOIN agents source ON source.id = changed.source_agent_id
    JOIN agents target ON target.id = changed.target_agent_id
    WHERE source.agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(source.deleted_at, 'infinity') = 'infinity' /*]*/
    ON CONFLICT (id) DO NOTHING
)
SELECT (SELECT state FROM job) AS was,
       (SELECT CASE kind WHEN 'letter' THEN clawgw.letter_end(id, 'given_up', 'cancelled by the operator', NULL, true) IS NOT NULL
                         WHEN 'correspondent'
                         THEN clawgw.letter_answer(id, 'notice', 'Your letter will not be answered: it was cancelled by the operator.')
               END
        FROM changed) AS told
