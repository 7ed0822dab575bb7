-- SPDX-License-Identifier: ISC
-- Tell listeners (LISTEN clawgw_events) what happened in a conversation. In a transaction of its own, because NOTIFY
-- takes a lock on the whole database when it commits.
-- $1 text: JSON, below 8000 bytes
-- May be repeated: a hint that comes twice is a hint.
SELECT pg_notify('clawgw_events', $1::text)
