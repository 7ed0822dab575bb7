-- SPDX-License-Identifier: ISC
-- Who did what to whom: keys that were issued, tokens that were refused, what operators did with clawgw-admin. Rows are only
-- added, and removed by age. No secrets, no texts.
CREATE TABLE clawgw.audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL,      -- operator (admin_token), user:<id>, admin:<account>, unknown
    action text NOT NULL,     -- api-key, or a command's words
    target text,              -- agent:<id>, or the command's first argument
    outcome text NOT NULL,    -- replaced, refused, forbidden, not_found, done, failed …
    address text,             -- where the request came from
    trace_id text
);
CREATE INDEX audit_created ON clawgw.audit (created_at, id);
