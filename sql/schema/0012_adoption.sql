-- SPDX-License-Identifier: ISC
-- What the platform's own tables want: sessions of pairs of agents are looked up by the pair, and programs remember for which
-- version of the tables the functions were made.

-- Names as in marks of optional parts (src/store/capability.h), each followed by a newline. One row.
CREATE TABLE clawgw.capabilities (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    lacking text NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

/*[own*/
CREATE INDEX chat_sessions_pair ON chat_sessions (agent_id, peer_agent_id) WHERE peer_agent_id IS NOT NULL;
/*]*/
