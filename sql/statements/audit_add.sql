-- SPDX-License-Identifier: ISC
-- Note who did what to whom.
-- $1 text: who   $2 text: what   $3 text: on whom, or NULL   $4 text: how it ended   $5 text: address, or NULL
-- $6 text: trace id, or NULL   $7 text: what changed, before and after, or NULL
-- May be repeated: the same is noted twice.
INSERT INTO clawgw.audit (actor, action, target, outcome, address, trace_id, change, created_at)
VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, clock_timestamp())
