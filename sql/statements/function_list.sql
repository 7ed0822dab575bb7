-- SPDX-License-Identifier: ISC
-- Our functions, whatever their arguments.
-- May be repeated: it only reads.
SELECT proname::text AS name FROM pg_proc WHERE pronamespace = 'clawgw'::regnamespace ORDER BY proname
