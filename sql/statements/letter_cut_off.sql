-- SPDX-License-Identifier: ISC
-- Letters that a program was handing to a channel when it ended, and that nobody goes on with: whether they arrived nobody knows, and
-- their agents are told. Those of jobs are their workers'.
-- $1 integer: how many at most
-- May be repeated: what has ended is not found again.
SELECT count(clawgw.letter_end(gone.id, 'unknown', 'the program that was sending it has ended', NULL, true)) AS told
FROM (SELECT id FROM clawgw.letters
      WHERE state IN ('queued', 'sending', 'unknown') AND state = 'sending' AND sending_at < clock_timestamp() - interval '5 minutes'
        AND NOT EXISTS (SELECT FROM clawgw.jobs WHERE jobs.id = letters.id AND jobs.state IN ('queued', 'running'))
      ORDER BY created_at
      LIMIT $1::integer
      FOR UPDATE SKIP LOCKED) gone
