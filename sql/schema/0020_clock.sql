-- SPDX-License-Identifier: ISC
-- The database's clock as a worker saw it last, for clawgw.clock_follow().
CREATE TABLE clawgw.clock (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO clawgw.clock DEFAULT VALUES;
