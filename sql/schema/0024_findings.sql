-- SPDX-License-Identifier: ISC
-- What `clawgw-admin doctor` found when it was run last, host by host, for the operators' page.
CREATE TABLE clawgw.findings (
    host text NOT NULL,
    place integer NOT NULL,             -- in the order in which it looked
    checked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    subject text NOT NULL,              -- what was checked
    finding text NOT NULL,              -- ok, note, failed
    said text NOT NULL,
    advice text,                        -- what to do about it
    PRIMARY KEY (host, place)
);
