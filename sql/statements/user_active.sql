-- SPDX-License-Identifier: ISC
-- Any user who could log in.
-- May be repeated: it only reads.
SELECT id FROM users WHERE is_active ORDER BY created_at LIMIT 1
