-- SPDX-License-Identifier: ISC
-- Letters: what agents and people write to each other by mail and in Feishu.

-- A thread is a conversation of an agent with a person over one channel. Its id is the conversation's id.
CREATE TABLE clawgw.threads (
    id uuid PRIMARY KEY,
    agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    member_id uuid NOT NULL REFERENCES org_members ON DELETE CASCADE,
    channel text NOT NULL,              -- email, feishu
    place text,                         -- feishu: 'p2p', or the id of a group's chat; a mail thread has none
    subject text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX threads_place ON clawgw.threads (agent_id, member_id, channel, place) WHERE place IS NOT NULL;
CREATE INDEX threads_member ON clawgw.threads (member_id);
CREATE INDEX threads_last ON clawgw.threads (last_at);

-- What came has the id of the message (openclaw) or the job (native) that it became, made of what identifies it at the channel:
-- so it arrives once. What goes out is there before the channel is asked, and `sending` from the moment on from which nobody but the
-- channel knows whether it will arrive.
CREATE TABLE clawgw.letters (
    id uuid PRIMARY KEY,
    thread_id uuid NOT NULL REFERENCES clawgw.threads ON DELETE CASCADE,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    state text NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'received')),
    answers uuid,                       -- the letter that this one answers
    external_id text,                   -- what the channel calls it: the Message-ID without brackets, Feishu's message_id
    content text NOT NULL,              -- what was said, without what was quoted
    whole bytea,                        -- what came, as it came
    error text,                         -- what went wrong last
    attempts integer NOT NULL DEFAULT 0,
    sending_at timestamptz,             -- when it was first handed to the channel for good
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz
);
CREATE INDEX letters_thread ON clawgw.letters (thread_id, created_at DESC, id DESC);
CREATE INDEX letters_external ON clawgw.letters (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX letters_created ON clawgw.letters (created_at, id);
CREATE INDEX letters_open ON clawgw.letters (created_at) WHERE state IN ('queued', 'sending', 'unknown');

-- A job of the kind "letter" belongs to one agent, and delivers the letter that subject_id names; one of the kind "correspondent" asks a
-- native agent on behalf of somebody who wrote a letter, which has the job's id.
ALTER TABLE clawgw.jobs
    ADD CONSTRAINT jobs_letter CHECK (kind <> 'letter' OR (source_agent_id IS NOT NULL AND subject_id IS NOT NULL)) NOT VALID,
    ADD CONSTRAINT jobs_correspondent CHECK (kind <> 'correspondent' OR (target_agent_id IS NOT NULL AND subject_id IS NOT NULL
                                                                        AND conversation_id IS NOT NULL)) NOT VALID;

-- What came from Feishu already, and strangers who have been told today that nobody knows them.
CREATE TABLE clawgw.feishu_events (
    id text PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX feishu_events_created ON clawgw.feishu_events (created_at);
