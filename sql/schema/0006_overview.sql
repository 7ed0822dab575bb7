-- SPDX-License-Identifier: ISC
-- For who watches the gateway: what is rare but matters is counted exactly, and the oldest is found at once, at any table size.
/*[own*/
CREATE INDEX gateway_messages_expired ON gateway_messages (completed_at) WHERE status = 'expired';
/*]*/
CREATE INDEX jobs_dead ON clawgw.jobs (finished_at) WHERE state = 'dead';
CREATE INDEX jobs_unfinished ON clawgw.jobs (created_at) WHERE state IN ('queued', 'running');
CREATE INDEX sends_unsent ON clawgw.sends (outcome, created_at) WHERE outcome <> 'sent';
