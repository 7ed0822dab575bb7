-- SPDX-License-Identifier: ISC
-- What became of a letter to ourselves.
-- $1 uuid: its id
-- May be repeated: it only reads.
SELECT came_at IS NOT NULL AS came, returned FROM clawgw.letter_probes WHERE id = $1::uuid
