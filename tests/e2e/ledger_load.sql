-- SPDX-License-Identifier: ISC
-- ledger_load.sql: the journal of tests/e2e/ledger, as tables. psql runs it in the journal's folder. mails.tsv: how often the mail server has
-- each content.
CREATE SCHEMA ledger;
CREATE TABLE ledger.sent (content text, kind text, sender integer, receiver integer, id uuid, outcome text, at bigint);
CREATE TABLE ledger.got (agent integer, content text, id uuid, attempt integer, began bigint, ended bigint);
CREATE TABLE ledger.polls (agent integer, began bigint, ended bigint, ok integer, was_full integer);
CREATE TABLE ledger.reported (agent integer, id uuid, content text, status integer, at bigint);
CREATE TABLE ledger.dropped (agent integer, content text, at bigint);
CREATE TABLE ledger.mails (content text, count integer);
\copy ledger.sent FROM sent.tsv
\copy ledger.got FROM got.tsv
\copy ledger.polls FROM polls.tsv
\copy ledger.reported FROM reported.tsv
\copy ledger.dropped FROM dropped.tsv
\copy ledger.mails FROM mails.tsv
CREATE INDEX ON ledger.sent (content);
CREATE INDEX ON ledger.got (agent, content, ended);
CREATE INDEX ON ledger.got (id);
CREATE INDEX ON ledger.reported (id);
CREATE INDEX ON ledger.polls (agent, ended);
CREATE INDEX ON ledger.polls (agent, began) WHERE ok = 0;
CREATE INDEX ON gateway_messages (content);
CREATE INDEX ON chat_messages (content);
CREATE INDEX ON clawgw.jobs (content);
ANALYZE gateway_messages, chat_messages, clawgw.jobs, ledger.sent, ledger.got, ledger.polls;

-- What was there to be handed out to an agent, from when on.
CREATE TABLE ledger.waiting AS
SELECT receiver AS agent, content, at FROM ledger.sent WHERE outcome = 'accepted' AND kind IN ('agent', 'person_agent', 'once')
UNION ALL
SELECT sent.sender, reported.content, min(reported.at) FROM ledger.reported
JOIN ledger.sent ON reported.content = 'answer to ' || sent.content AND sent.kind IN ('agent', 'once')
WHERE reported.status = 200
GROUP BY 1, 2
UNION ALL
SELECT agent, content, at FROM ledger.dropped;
