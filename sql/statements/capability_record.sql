-- SPDX-License-Identifier: ISC
-- Remember what the platform's tables lacked when the functions were made.
-- $1 text: names, each followed by a newline
-- May be repeated: it says the same.
INSERT INTO clawgw.capabilities (id, lacking, noted_at) VALUES (true, $1::text, clock_timestamp())
ON CONFLICT (id) DO UPDATE SET lacking = EXCLUDED.lacking, noted_at = EXCLUDED.noted_at
