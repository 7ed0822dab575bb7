-- SPDX-License-Identifier: ISC
-- Settings of a session, as far as it does not have them: roles made by `clawgw-admin setup` bring them along, and then nothing is
-- set here, so that a pooler may give every transaction another session. Those of the planner are for programs that answer
-- requests: their statements are short and known, so each is planned once, and always for large tables; a whole table is not read
-- because it was small when the plan was made.
-- $1 text: statement timeout in milliseconds, 0 for none   $2 boolean: those of the planner, too
-- $3 boolean: all of them, even if the session has them
-- May be repeated: settings stay what they are.
SELECT set_config(name, value, false)
FROM (VALUES ('statement_timeout', $1::text || 'ms', false),
             ('idle_in_transaction_session_timeout', '60s', false),
             ('default_transaction_isolation', 'read committed', false),
             ('TimeZone', 'UTC', false),
             ('search_path', 'public', false),
             ('plan_cache_mode', 'force_generic_plan', true),
             ('enable_seqscan', 'off', true),
             ('enable_bitmapscan', 'off', true),
             ('enable_hashjoin', 'off', true),
             ('enable_mergejoin', 'off', true),
             ('max_parallel_workers_per_gather', '0', true),
             ('jit', 'off', true)) AS wanted(name, value, planner)
WHERE (NOT planner OR $2::boolean)
  AND ($3::boolean OR CASE WHEN name LIKE '%\_timeout' THEN current_setting(name)::interval <> value::interval
                           ELSE current_setting(name) <> value END)
