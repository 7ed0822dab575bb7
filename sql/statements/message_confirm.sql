-- SPDX-License-Identifier: ISC
-- Answers that were written: from now on the delivery lease counts for their messages. (Of an agent's session, only its next
-- poll confirms what it got.)
-- $1 text: agents (uuid[])   $2 text: receipts (uuid[]), entry by entry about the same answer
-- May be repeated: what is confirmed is not there any more.
DELETE FROM clawgw.handouts
USING unnest($1::text::uuid[], $2::text::uuid[]) AS answer(agent_id, receipt)
WHERE handouts.agent_id = answer.agent_id AND NOT handouts.confirmed AND handouts.receipt = answer.receipt
  AND handouts.session IS NULL
