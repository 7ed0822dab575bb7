-- SPDX-License-Identifier: ISC
-- Answers that were written: from now on the delivery lease counts for their messages. (Of an agent's session, only its next
-- poll confirms what it got.) A row for each message that they carried: somebody may wait to hear that it is being worked on.
-- $1 text: agents (uuid[])   $2 text: receipts (uuid[]), entry by entry about the same answer
-- May be repeated: what is confirmed is not there any more.
WITH carried AS MATERIALIZED (
    SELECT handouts.message_id, handouts.session
    FROM unnest($1::text::uuid[], $2::text::uuid[]) AS answer(agent_id, receipt)
    CROSS JOIN LATERAL (
        SELECT message_id, session FROM clawgw.handouts
        WHERE agent_id = answer.agent_id AND NOT confirmed AND receipt = answer.receipt
        LIMIT 1000) handouts
), confirmed AS (
    DELETE FROM clawgw.handouts
    WHERE message_id = ANY (ARRAY(SELECT message_id FROM carried WHERE session IS NULL)) AND NOT confirmed
)
SELECT message_id FROM carried
