-- SPDX-License-Identifier: ISC
-- Notes that something was done because of Feishu, which is not to be done again. `first`: it was not noted before.
-- $1 text: what
WITH noted AS (
    INSERT INTO clawgw.feishu_events (id) VALUES ($1::text) ON CONFLICT (id) DO NOTHING RETURNING 1
)
SELECT EXISTS (SELECT FROM noted) AS first
