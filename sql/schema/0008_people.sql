-- SPDX-License-Identifier: ISC
-- People who use the gateway themselves: how they got in, what they have read, and what their screens are told.

-- One row per browser that somebody is signed in with. The cookie's value is nowhere, only its digest.
CREATE TABLE clawgw.sessions (
    id uuid PRIMARY KEY,
    digest bytea NOT NULL UNIQUE,       -- SHA-256 of the cookie's value
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    way text NOT NULL CHECK (way IN ('link', 'password')),
    address text,                       -- whence, when it was opened
    agent text,                         -- the browser, as it calls itself
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX sessions_user ON clawgw.sessions (user_id, seen_at DESC);
CREATE INDEX sessions_seen ON clawgw.sessions (seen_at);

-- Links that sign somebody in, once. Used ones stay for a day, so that a second try can be told what happened.
CREATE TABLE clawgw.signin_links (
    digest bytea PRIMARY KEY,           -- SHA-256 of the token
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX signin_links_user ON clawgw.signin_links (user_id, created_at);
CREATE INDEX signin_links_expires ON clawgw.signin_links (expires_at);

-- Failed attempts to sign in, by what was tried: digests of a name, an address, a mail address.
CREATE TABLE clawgw.signin_failures (
    key bytea PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL
);
CREATE INDEX signin_failures_last ON clawgw.signin_failures (last_at);

-- How far somebody has read a conversation (a chat_sessions row).
CREATE TABLE clawgw.reads (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    conversation_id uuid NOT NULL,
    read_at timestamptz NOT NULL,       -- created_at of the last row that was seen
    PRIMARY KEY (user_id, conversation_id)
);

-- What a screen must know. A reader goes by (xid, id) and never past a transaction that is still open: sequence values
-- are drawn before the commit, so the larger one may be visible first.
CREATE TABLE clawgw.events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    user_id uuid,                       -- whose screen; NULL: everybody's in the organisation
    tenant_id uuid,                     -- only where user_id is NULL
    kind text NOT NULL CHECK (kind IN ('message', 'status', 'read', 'agent', 'letter', 'job')),
    agent_id uuid,
    conversation_id text,
    message_id uuid,                    -- what the person wrote, or the letter, or the job
    row_id uuid,                        -- message: the row of chat_messages that came or changed
    status text,                        -- status, letter, job: what it is now; message: 'progress' or NULL; agent: 'online', 'offline'
    error text,                         -- why it failed, for people
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX events_user ON clawgw.events (user_id, xid, id) WHERE user_id IS NOT NULL;
CREATE INDEX events_tenant ON clawgw.events (tenant_id, xid, id) WHERE user_id IS NULL;
CREATE INDEX events_created ON clawgw.events (created_at);

-- Where the events that were removed ended: whoever was there or before has missed some. One row.
CREATE TABLE clawgw.events_end (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    xid xid8 NOT NULL
);
INSERT INTO clawgw.events_end (xid) VALUES ('0');

-- Agents of which screens were last told that they are there.
CREATE TABLE clawgw.agents_online (
    agent_id uuid PRIMARY KEY REFERENCES agents ON DELETE CASCADE,
    since timestamptz NOT NULL DEFAULT clock_timestamp()
);

/*[own*/
CREATE TRIGGER clawgw_status_changed AFTER UPDATE OF status ON gateway_messages FOR EACH ROW
    WHEN (NEW.sender_user_id IS NOT NULL AND NEW.status IS DISTINCT FROM OLD.status)
    EXECUTE FUNCTION clawgw.message_status_changed();
/*]*/
-- On the platform's own table it names no column, so that the platform may change them.
/*[!own
CREATE TRIGGER clawgw_status_changed AFTER UPDATE ON gateway_messages FOR EACH ROW
    EXECUTE FUNCTION clawgw.message_status_changed();
]*/

-- Why a job of a person's was given up, in a sentence for him.
CREATE TABLE clawgw.notices (
    job_id uuid PRIMARY KEY REFERENCES clawgw.jobs ON DELETE CASCADE,
    status text NOT NULL CHECK (status IN ('failed', 'cancelled')),
    notice text
);

/*[own*/
-- Somebody's conversations, the newest first, and his rows of all of them, for the search.
CREATE INDEX chat_sessions_user_newest
    ON chat_sessions (user_id, (coalesce(last_message_at, created_at)) DESC, id DESC);
CREATE INDEX chat_messages_user_newest ON chat_messages (user_id, created_at DESC, id DESC);
CREATE INDEX org_members_user ON org_members (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX org_members_folded_email ON org_members (lower(email));

-- What a search that has to look far goes by: trigrams, person by person. The two extensions come with PostgreSQL's server
-- packages; where they are not there, or may not be made, a search reads the person's rows one by one.
DO $block$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
    CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;
    -- (not as a command of its own: where it is not there nothing is amiss, and doctor does not ask for it)
    EXECUTE 'CREATE' || ' INDEX chat_messages_user_words ON chat_messages USING gin (user_id, content gin_trgm_ops)';
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'search without an index: %', SQLERRM;
END
$block$;
/*]*/
