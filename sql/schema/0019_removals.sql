-- SPDX-License-Identifier: ISC
-- What nobody will answer any more because the platform removed the agent that it was for, with its messages and jobs. The sender
-- cannot be told in that moment: rows that name the agent would keep it from being removed. So it is noted here, without foreign
-- keys, and clawgw.removals_tell() tells when the agent is gone.
CREATE TABLE clawgw.removals (
    id uuid PRIMARY KEY,                    -- of the message or the job
    agent_id uuid NOT NULL,                 -- that was to answer it
    agent_name text,
    tenant_id uuid,
    sender_agent_id uuid NOT NULL,
    conversation_id text,
    removed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX removals_removed ON clawgw.removals (removed_at);

CREATE TRIGGER job_unanswered BEFORE DELETE ON clawgw.jobs FOR EACH ROW
    WHEN (OLD.kind = 'agent' AND OLD.state IN ('queued', 'running')) EXECUTE FUNCTION clawgw.job_removed();
/*[own*/
CREATE TRIGGER clawgw_removed BEFORE DELETE ON gateway_messages FOR EACH ROW
    WHEN (OLD.sender_agent_id IS NOT NULL AND OLD.status IN ('pending', 'delivered'))
    EXECUTE FUNCTION clawgw.message_removed();
/*]*/
-- On the platform's own table it names no column, so that the platform may change them.
/*[!own
CREATE TRIGGER clawgw_removed BEFORE DELETE ON gateway_messages FOR EACH ROW EXECUTE FUNCTION clawgw.message_removed();
]*/
