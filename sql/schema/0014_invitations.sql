-- SPDX-License-Identifier: ISC
-- One-time codes that make an agent of a program elsewhere: whoever presents one gets the agent's new key. Kept as digests.
CREATE TABLE clawgw.invitations (
    digest bytea PRIMARY KEY,               -- SHA-256 of the code
    agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    key_digest text                         -- of the key that it was exchanged for: a repeat of the same exchange is known by it
);
CREATE INDEX invitations_agent ON clawgw.invitations (agent_id);
CREATE INDEX invitations_expires ON clawgw.invitations (expires_at);
