-- SPDX-License-Identifier: ISC
-- A letter to ourselves is about to be sent. Those of a day ago are forgotten.
-- $1 uuid: its id
-- May be repeated: it is noted once.
WITH forgotten AS (
    DELETE FROM clawgw.letter_probes WHERE created_at < now() - interval '1 day'
)
INSERT INTO clawgw.letter_probes (id) VALUES ($1::uuid) ON CONFLICT (id) DO NOTHING
