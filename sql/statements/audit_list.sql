-- SPDX-License-Identifier: ISC
-- What was noted, newest first.
-- $1 text: only by whom, or NULL   $2 text: only this, or NULL   $3 text: only on this one, or NULL   $4 integer: how many at most
-- May be repeated: it only reads.
SELECT created_at, actor, action, target, outcome, change, address, trace_id
FROM clawgw.audit
WHERE ($1::text IS NULL OR actor = $1::text)
  AND ($2::text IS NULL OR action = $2::text)
  AND ($3::text IS NULL OR target = $3::text)
ORDER BY created_at DESC, id DESC
LIMIT $4::integer
