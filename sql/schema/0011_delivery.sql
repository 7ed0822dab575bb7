-- SPDX-License-Identifier: ISC
-- What became of each message: who was handed it, whether he is known to have it, and why it ended without an answer.

-- Messages that were handed out and are not known to have arrived, and, for agents that name their sessions, all that a
-- session has and has not reported. The row goes with the report, or when the answer that carried the message was written.
CREATE TABLE clawgw.handouts (
    message_id uuid PRIMARY KEY REFERENCES gateway_messages ON DELETE CASCADE,
    agent_id uuid NOT NULL,
    receipt uuid NOT NULL,                  -- the answer that carried it
    session text,                           -- which process of the agent asked; NULL: it did not say
    handed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    confirmed boolean NOT NULL DEFAULT false
);
CREATE INDEX handouts_unconfirmed ON clawgw.handouts (agent_id, handed_at) WHERE NOT confirmed;
CREATE INDEX handouts_session ON clawgw.handouts (agent_id, session) WHERE session IS NOT NULL;

-- Hand-outs that do not count to max_deliveries: the same session got the message once more because its answer was lost.
ALTER TABLE clawgw.deliveries ADD COLUMN uncounted integer NOT NULL DEFAULT 0;

-- Why a message ended without an answer, in the words that its sender got.
CREATE TABLE clawgw.endings (
    message_id uuid PRIMARY KEY REFERENCES gateway_messages ON DELETE CASCADE,
    reason text NOT NULL
);

-- How a dead job came to its end, unless it failed.
ALTER TABLE clawgw.jobs ADD COLUMN ended_as text CHECK (ended_as IN ('expired', 'cancelled'));
-- How many wait for one target, and of whom.
CREATE INDEX jobs_target_waiting ON clawgw.jobs (target_agent_id, source_agent_id) WHERE state = 'queued';

CREATE INDEX replies_answered ON clawgw.replies (in_reply_to);

/*[own*/
-- What a poll looks for: senders take turns, so an agent's pending messages are found sender by sender.
DROP INDEX gateway_messages_pending;
CREATE INDEX gateway_messages_turns ON gateway_messages
    (agent_id, (coalesce(sender_agent_id, sender_user_id, '00000000-0000-0000-0000-000000000000'::uuid)), created_at, id)
    WHERE status = 'pending';
-- What has not ended, by age. IS TRUE: so that the planner does not take it for polls, which look for one agent's messages.
CREATE INDEX gateway_messages_unfinished ON gateway_messages (created_at) WHERE (status IN ('pending', 'delivered')) IS TRUE;

-- 'web' is the default of chat_messages.conversation_id and no conversation: its rows belong to an agent and a user.
CREATE INDEX chat_messages_web ON chat_messages (agent_id, user_id, created_at DESC, id DESC) WHERE conversation_id = 'web';
/*]*/

-- How many messages and jobs wait for an agent or in an organisation, where they are many: counted now and then, because that
-- is not done with every message (clawgw.queue_full).
CREATE TABLE clawgw.backlogs (
    id uuid PRIMARY KEY,                    -- of an agent or a tenant
    waiting bigint NOT NULL,
    counted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
