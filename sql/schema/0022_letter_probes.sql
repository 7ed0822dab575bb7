-- SPDX-License-Identifier: ISC
-- Letters that `clawgw-admin doctor --mail` writes to itself, to see whether mail comes in; it removes them.
CREATE TABLE clawgw.letter_probes (
    id uuid PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    came_at timestamptz,                -- when it, or news of it, was handed to clawgw-mail
    returned text                       -- why it came back, in the mail server's words; NULL: it arrived
);

-- Letters that failed are counted for whoever watches.
CREATE INDEX letters_failed ON clawgw.letters (created_at) WHERE state = 'failed';
