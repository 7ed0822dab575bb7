-- SPDX-License-Identifier: ISC
-- Nobody waits for this letter to ourselves any more.
-- $1 uuid: its id
-- May be repeated: what is gone is gone.
DELETE FROM clawgw.letter_probes WHERE id = $1::uuid
