-- SPDX-License-Identifier: ISC
-- How long health_write waits for a lock; in its transaction.
-- May be repeated: settings stay what they are.
SELECT set_config('lock_timeout', '2s', true)
