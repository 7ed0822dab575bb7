-- SPDX-License-Identifier: ISC
-- Settings of every connection. Statements are short and known, so each is planned once, and always for large tables: the
-- planner may not choose to read a whole table because it was small when the plan was made.
-- $1 text: statement timeout in milliseconds, 0 for none
-- May be repeated: settings stay what they are.
SELECT set_config('statement_timeout', $1::text, false),
       set_config('idle_in_transaction_session_timeout', '60s', false),
       set_config('default_transaction_isolation', 'read committed', false),
       set_config('TimeZone', 'UTC', false),
       set_config('search_path', 'public', false),
       set_config('plan_cache_mode', 'force_generic_plan', false),
       set_config('enable_seqscan', 'off', false),
       set_config('enable_bitmapscan', 'off', false),
       set_config('enable_hashjoin', 'off', false),
       set_config('enable_mergejoin', 'off', false),
       set_config('max_parallel_workers_per_gather', '0', false),
       set_config('jit', 'off', false)
