-- SPDX-License-Identifier: ISC
-- Takes due jobs for a worker; see sql/functions/jobs_take.sql.
-- $1 text: the worker   $2 interval: lease   $3 integer: how many at most   $4 integer: calls that it could begin
-- $5 interval: job_deadline, if it is to be looked after now, or NULL   $6 uuid: the organisation served last, or NULL
-- What it has under way, as text: $7 text: organisations (uuid[])   $8 text: their jobs (integer[])
-- $9 text: resources (uuid[])   $10 text: their jobs (integer[])
-- $11, $12 double precision: weights of an organisation's and a resource's share, or NULL
SELECT id, kind, source_agent_id, target_agent_id, source_user_id, conversation_id, subject_id, tenant_id, resource_id, epoch,
       attempts, wasted, lost, age, use_fallback, primary_after, fallback_after, content, wait
FROM clawgw.jobs_take($1::text, $2::interval, $3::integer, $4::integer, $5::interval, $6::uuid, $7::text::uuid[],
                      $8::text::integer[], $9::text::uuid[], $10::text::integer[], $11::double precision,
                      $12::double precision)
