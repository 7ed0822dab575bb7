-- SPDX-License-Identifier: ISC
-- ledger_check.sql: what the journal (ledger_load.sql) and the database do not agree on. Prints nothing if every accepted message is
-- accounted for, else a line for each fault: the fault, how often, an example.
--
-- :messages: how many were to be sent. An agent with sessions (an odd one) gets what a lost answer held within handout_lease, one
-- without within delivery_lease: :by_session and :by_lease say how many microseconds that may take, statements that are under way
-- included.
WITH told AS (
    SELECT sent.*, CASE WHEN kind LIKE 'person%' THEN NULL ELSE ('1ed9e0aa-0000-4000-8000-' || lpad(sender::text, 12, '0'))::uuid END AS sender_id,
           (SELECT count(*) FROM gateway_messages WHERE content = sent.content) AS messages,
           (SELECT count(*) FROM clawgw.jobs WHERE content = sent.content AND kind <> 'letter') AS jobs,
           (SELECT count(*) FROM chat_messages WHERE content = sent.content AND role = 'user') AS lines,
           (SELECT count(*) FROM chat_messages WHERE role = 'assistant' AND content = 'answer to ' || sent.content) AS answers,
           (SELECT count(*) FROM chat_messages WHERE role = 'assistant' AND content = 'LLM echo: ' || sent.content) AS echoes,
           coalesce((SELECT count FROM ledger.mails WHERE mails.content = sent.content), 0) AS mails
    FROM ledger.sent
), said AS (
    -- what comes back to an agent
    SELECT told.*, CASE kind WHEN 'native' THEN 'LLM echo: ' ELSE 'answer to ' END || content AS reply FROM told
    WHERE kind IN ('agent', 'native', 'connect') OR (kind = 'once' AND outcome = 'accepted')
), back AS (
    SELECT said.*, (SELECT count(*) FROM gateway_messages WHERE content = said.reply AND agent_id = said.sender_id) AS replies FROM said
), quiet AS (
    -- a poll whose answer came, was not full, and held none of what waited: how long had that been there, and nobody could have it?
    SELECT waiting.content, waiting.agent, poll.ended - greatest(waiting.at, coalesce(
               (SELECT max(ended) FROM ledger.polls lost WHERE lost.agent = waiting.agent AND lost.ok = 0 AND lost.began < poll.ended), 0)) AS hidden
    FROM ledger.waiting
    CROSS JOIN LATERAL (SELECT CASE waiting.agent % 2 WHEN 1 THEN :by_session ELSE :by_lease END AS bound) may
    -- until somebody got it, or who had it before reported on it
    CROSS JOIN LATERAL (SELECT least(coalesce(min(got.began) FILTER (WHERE got.ended > waiting.at), 9223372036854775807),
                                     (SELECT min(at) FROM ledger.reported WHERE id = ANY (array_agg(got.id)) AND status = 200)) AS began
                        FROM ledger.got WHERE got.agent = waiting.agent AND got.content = waiting.content) first
    CROSS JOIN LATERAL (SELECT ended FROM ledger.polls
                        WHERE polls.agent = waiting.agent AND polls.ended > waiting.at + may.bound AND polls.ended <= first.began
                          AND ok = 1 AND was_full = 0) poll
), fault (fault, content) AS (
    SELECT 'has no answer', NULL FROM (SELECT :messages - count(*) AS missing FROM ledger.sent) counted WHERE missing <> 0
    UNION ALL SELECT 'was refused', content FROM told WHERE outcome = 'refused'
    -- there once
    UNION ALL SELECT 'accepted and lost', content FROM told
    WHERE outcome = 'accepted' AND (CASE WHEN kind IN ('native', 'person_native') THEN jobs
                                         WHEN kind IN ('letter', 'queued') THEN 1 ELSE messages END < 1
                                    OR kind NOT IN ('letter', 'queued') AND lines < 1)
    UNION ALL SELECT 'there twice', content FROM told WHERE messages > 1 OR jobs > 1 OR lines > 1
    -- ended
    UNION ALL SELECT 'has not ended', content FROM gateway_messages
    WHERE content ~ '^(answer to |LLM echo: )?ledger \d+$' AND status IS DISTINCT FROM 'completed'
    UNION ALL SELECT 'job ' || state, content FROM clawgw.jobs WHERE content ~ '^ledger \d+$' AND state <> 'done'
    UNION ALL SELECT 'has another result', content FROM gateway_messages
    WHERE content ~ '^ledger \d+$' AND result IS DISTINCT FROM 'answer to ' || content
    UNION ALL SELECT 'is a lane that waits', content FROM clawgw.jobs WHERE head AND state IN ('queued', 'running')
    -- answered once
    UNION ALL SELECT 'reply lost', reply FROM back WHERE replies < 1
    UNION ALL SELECT 'reply twice', reply FROM back WHERE replies > 1
    UNION ALL SELECT 'line of the answer lost', content FROM told
    WHERE outcome = 'accepted' AND CASE WHEN kind IN ('native', 'person_native') THEN echoes
                                        WHEN kind IN ('letter', 'queued') THEN 1 ELSE answers END < 1
    UNION ALL SELECT 'line of the answer twice', content FROM told WHERE answers > 1 OR echoes > 1
    UNION ALL SELECT 'progress stands there', conversation_id FROM chat_messages WHERE content = 'half way'
    -- received
    UNION ALL SELECT 'never received', content FROM told
    WHERE outcome = 'accepted' AND kind IN ('agent', 'person_agent', 'once')
      AND NOT EXISTS (SELECT FROM ledger.got WHERE agent = receiver AND got.content = told.content)
    UNION ALL SELECT 'reply never received', reply FROM said
    WHERE NOT EXISTS (SELECT FROM ledger.got WHERE agent = sender AND got.content = reply)
    UNION ALL SELECT 'received by another', content FROM ledger.got
    WHERE content ~ '^ledger \d+$' AND NOT EXISTS (SELECT FROM ledger.sent WHERE sent.content = got.content AND receiver = agent)
    UNION ALL SELECT 'hidden', content FROM quiet WHERE hidden > CASE agent % 2 WHEN 1 THEN :by_session ELSE :by_lease END
    GROUP BY agent, content
    UNION ALL SELECT 'handed out after its report was answered', got.content FROM ledger.got
    JOIN ledger.reported ON reported.id = got.id AND reported.status = 200 AND got.began > reported.at
    UNION ALL SELECT 'report answered ' || status, content FROM ledger.reported WHERE status <> 200
    -- letters: a mail server does not recognise a repeat
    UNION ALL SELECT 'mailed twice', content FROM told WHERE mails > 1
    UNION ALL SELECT 'sent and not mailed', content FROM told WHERE kind = 'letter' AND outcome = 'accepted' AND mails < 1
    UNION ALL SELECT 'letter ' || coalesce(letters.state, 'lost'), told.content FROM told LEFT JOIN clawgw.letters ON letters.content = told.content
    WHERE kind = 'queued' AND (letters.state IS NULL OR letters.state NOT IN ('sent', 'unknown') OR letters.state = 'sent' AND mails < 1)
    UNION ALL SELECT 'unknown and not told', told.content FROM told JOIN clawgw.letters ON letters.content = told.content AND letters.state = 'unknown'
    WHERE kind = 'queued' AND NOT EXISTS (SELECT FROM gateway_messages
                                          WHERE agent_id = told.sender_id AND content LIKE 'Your letter to % may or may not have arrived%'
                                            AND created_at >= letters.created_at)
)
SELECT fault || ': ' || count(*) || coalesce(' (' || min(content) || ')', '') FROM fault GROUP BY fault ORDER BY fault;
