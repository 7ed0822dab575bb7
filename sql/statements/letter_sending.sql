-- SPDX-License-Identifier: ISC
-- A letter is about to be handed to the channel for good. No row: the worker does not hold the job any more, and must not.
-- $1 uuid: the letter   $2 uuid: the job   $3 bigint: its epoch   $4 text: what the channel will call it, or NULL
-- May be repeated: it says the same again.
UPDATE clawgw.letters
SET state = 'sending', sending_at = coalesce(sending_at, clock_timestamp()), external_id = coalesce($4::text, external_id)
WHERE id = $1::uuid AND direction = 'out' AND state IN ('queued', 'sending')
  AND EXISTS (SELECT FROM clawgw.jobs
              WHERE jobs.id = $2::uuid AND jobs.state = 'running' AND lease_epoch = $3::bigint)
RETURNING id
