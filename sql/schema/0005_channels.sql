-- SPDX-License-Identifier: ISC
-- People: what was sent to whom through which channel, and the access tokens that all processes share.

-- One row per attempt to write to a person. It is there before the outside service is called, so that an attempt that was cut
-- off by a crash stays visible as 'sending'. 'unknown': the service may have taken the message, but its answer was lost.
CREATE TABLE clawgw.sends (
    id uuid PRIMARY KEY,
    agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    member_id uuid NOT NULL REFERENCES org_members ON DELETE CASCADE,
    channel text NOT NULL,
    outcome text NOT NULL DEFAULT 'sending' CHECK (outcome IN ('sending', 'sent', 'failed', 'unknown')),
    error text,                    -- failed and unknown: the sentence that the agent got
    idempotency_key text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz
);
CREATE INDEX sends_created ON clawgw.sends (created_at, id);
CREATE INDEX sends_agent ON clawgw.sends (agent_id, created_at);
CREATE INDEX sends_member ON clawgw.sends (member_id);

-- Access tokens of Feishu apps. Whoever refreshes one holds a lease, not a lock: nobody waits inside a transaction while Feishu
-- is being asked. `generation` grows with every token, so that one can say which of them Feishu refused.
CREATE TABLE clawgw.feishu_tokens (
    key bytea PRIMARY KEY,         -- SHA-256 of base URL, app id and app secret: another secret is another row
    base_url text NOT NULL,
    app_id text NOT NULL,
    token text,                    -- encrypted under secret_key where that is set
    encrypted boolean NOT NULL DEFAULT false,
    generation bigint NOT NULL DEFAULT 0,
    refresh_at timestamptz,        -- from then on somebody gets a new one, while the others go on with this one
    expires_at timestamptz,
    refresher uuid,
    refreshing_until timestamptz,
    failed_at timestamptz,         -- the last refresh that failed, and why
    failure text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX feishu_tokens_created ON clawgw.feishu_tokens (created_at);
