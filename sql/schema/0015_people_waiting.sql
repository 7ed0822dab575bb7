-- SPDX-License-Identifier: ISC
-- How many jobs of one person wait for one target (sql/functions/queue_length.sql).
CREATE INDEX jobs_person_waiting ON clawgw.jobs (target_agent_id, source_user_id) WHERE state = 'queued' AND source_agent_id IS NULL;
