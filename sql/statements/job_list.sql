-- SPDX-License-Identifier: ISC
-- Jobs, newest first. No more than $11 of them are looked at, wherever the filters leave few: list_reach.sql says where that ended.
-- $1 uuid: only of this tenant   $2 uuid: only for agents that this user made   $3 uuid: only from or for this agent
-- $4 text: only in this state   $5 uuid: only from this user   $6 text: only with these words, in any case
-- $7 interval: only those that are older   $8 timestamptz, $9 uuid: only those that come behind this one in the list
-- (NULL for any)   $10 integer: how many at most   $11 bigint: how many are looked at
-- May be repeated: it only reads.
SELECT job.id, job.state, job.kind, coalesce(source.name, users.display_name, clawgw.letter_writer(job.subject_id))::text AS source,
       target.name::text AS target, job.attempts, job.created_at, job.run_at,
       job.finished_at, job.last_error, left(job.content, 60) AS content, coalesce(job.target_agent_id, job.source_agent_id) AS agent_id
FROM (
    SELECT looked.*
    FROM (SELECT * FROM (
        (SELECT * FROM clawgw.jobs
         WHERE $3::uuid IS NULL AND ($4::text IN ('queued', 'running')) IS NOT TRUE AND (created_at IS NOT NULL) IS TRUE
           AND (created_at, id) < (coalesce($8::timestamptz, 'infinity'), coalesce($9::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
         ORDER BY created_at DESC, id DESC LIMIT $11::bigint)
        UNION ALL
        (SELECT * FROM clawgw.jobs
         WHERE $3::uuid IS NULL AND $4::text IN ('queued', 'running') AND state IN ('queued', 'running')
           AND (created_at, id) < (coalesce($8::timestamptz, 'infinity'), coalesce($9::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
         ORDER BY created_at DESC, id DESC LIMIT $11::bigint)
        UNION ALL
        (SELECT * FROM clawgw.jobs
         WHERE target_agent_id = $3::uuid AND (target_agent_id IS NOT NULL) IS TRUE
           AND (created_at, id) < (coalesce($8::timestamptz, 'infinity'), coalesce($9::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
         ORDER BY created_at DESC, id DESC LIMIT $11::bigint)
        UNION ALL
        (SELECT * FROM clawgw.jobs
         WHERE source_agent_id = $3::uuid AND (source_agent_id IS NOT NULL) IS TRUE AND target_agent_id IS DISTINCT FROM $3::uuid
           AND (created_at, id) < (coalesce($8::timestamptz, 'infinity'), coalesce($9::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
         ORDER BY created_at DESC, id DESC LIMIT $11::bigint)
    ) branch ORDER BY created_at DESC, id DESC LIMIT $11::bigint) looked
    LEFT JOIN LATERAL (SELECT creator_id FROM agents WHERE id = coalesce(looked.target_agent_id, looked.source_agent_id) LIMIT 1) agent ON true
    WHERE ($1::uuid IS NULL OR looked.tenant_id = $1::uuid)
      AND ($2::uuid IS NULL OR (agent.creator_id = $2::uuid) IS TRUE)
      AND ($4::text IS NULL OR looked.state = $4::text)
      AND ($5::uuid IS NULL OR looked.source_user_id = $5::uuid)
      AND ($6::text IS NULL OR strpos(lower(looked.content), lower($6::text)) > 0)
      AND ($7::interval IS NULL OR looked.created_at < now() - $7::interval)
    ORDER BY looked.created_at DESC, looked.id DESC
    LIMIT $10::integer
) job
LEFT JOIN agents source ON source.id = job.source_agent_id
LEFT JOIN users ON users.id = job.source_user_id
LEFT JOIN agents target ON target.id = job.target_agent_id
ORDER BY job.created_at DESC, job.id DESC
