-- SPDX-License-Identifier: ISC
-- Where a list of so many rows that were looked at ends: one row, the last of them, or none if the list ends before that. For
-- message_list.sql, job_list.sql and letter_list.sql, whose filters it knows as far as they say what is looked at.
-- $1 text: message, job, letter   $2 uuid: the agent, or NULL   $3 text: the state, or NULL
-- $4 timestamptz, $5 uuid: behind which row, or NULL   $6 bigint: how many are looked at
-- May be repeated: it only reads.
SELECT created_at, id
FROM (
    (SELECT created_at, id FROM gateway_messages
     WHERE $1::text = 'message' AND $2::uuid IS NULL AND ($3::text IN ('pending', 'delivered')) IS NOT TRUE
       AND (created_at, id) < (coalesce($4::timestamptz, 'infinity'), coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
     ORDER BY created_at DESC, id DESC LIMIT $6::bigint)
    UNION ALL
    (SELECT created_at, id FROM gateway_messages
     WHERE $1::text = 'message' AND $2::uuid IS NULL AND $3::text IN ('pending', 'delivered')
       AND (status IN ('pending', 'delivered')) IS TRUE
       AND (created_at, id) < (coalesce($4::timestamptz, 'infinity'), coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
     ORDER BY created_at DESC, id DESC LIMIT $6::bigint)
    UNION ALL
    (SELECT created_at, id FROM gateway_messages
     WHERE $1::text = 'message' AND agent_id = $2::uuid AND (created_at IS NOT NULL) IS TRUE
       AND (created_at, id) < (coalesce($4::timestamptz, 'infinity'), coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
     ORDER BY created_at DESC, id DESC LIMIT $6::bigint)
    UNION ALL
    (SELECT created_at, id FROM clawgw.jobs
     WHERE $1::text = 'job' AND $2::uuid IS NULL AND ($3::text IN ('queued', 'running')) IS NOT TRUE
       AND (created_at IS NOT NULL) IS TRUE
       AND (created_at, id) < (coalesce($4::timestamptz, 'infinity'), coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
     ORDER BY created_at DESC, id DESC LIMIT $6::bigint)
    UNION ALL
    (SELECT created_at, id FROM clawgw.jobs
     WHERE $1::text = 'job' AND $2::uuid IS NULL AND $3::text IN ('queued', 'running') AND state IN ('queued', 'running')
       AND (created_at, id) < (coalesce($4::timestamptz, 'infinity'), coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
     ORDER BY created_at DESC, id DESC LIMIT $6::bigint)
    UNION ALL
    (SELECT created_at, id FROM clawgw.jobs
     WHERE $1::text = 'job' AND target_agent_id = $2::uuid AND (target_agent_id IS NOT NULL) IS TRUE
       AND (created_at, id) < (coalesce($4::timestamptz, 'infinity'), coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
     ORDER BY created_at DESC, id DESC LIMIT $6::bigint)
    UNION ALL
    (SELECT created_at, id FROM clawgw.jobs
     WHERE $1::text = 'job' AND source_agent_id = $2::uuid AND (source_agent_id IS NOT NULL) IS TRUE AND target_agent_id IS DISTINCT FROM $2::uuid
       AND (created_at, id) < (coalesce($4::timestamptz, 'infinity'), coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
     ORDER BY created_at DESC, id DESC LIMIT $6::bigint)
    UNION ALL
    (SELECT created_at, id FROM clawgw.letters
     WHERE $1::text = 'letter'
       AND (created_at, id) < (coalesce($4::timestamptz, 'infinity'), coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
     ORDER BY created_at DESC, id DESC LIMIT $6::bigint)
) looked
ORDER BY created_at DESC, id DESC
OFFSET $6::bigint - 1
LIMIT 1
