-- SPDX-License-Identifier: ISC
-- An attempt to send a letter has failed, for certain: nothing was sent, and it waits for the next one.
-- $1 uuid: the letter   $2 text: why
-- May be repeated: only the count of attempts grows.
UPDATE clawgw.letters SET state = 'queued', sending_at = NULL, error = $2::text, attempts = attempts + 1
WHERE id = $1::uuid AND direction = 'out' AND state IN ('queued', 'sending')
