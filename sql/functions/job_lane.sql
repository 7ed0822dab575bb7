-- SPDX-License-Identifier: ISC
-- The lane of a job that was not given one: its conversation's, else its pair of agents', whoever wrote to whom, else its own.
CREATE OR REPLACE FUNCTION clawgw.job_lane(source_agent_id uuid, target_agent_id uuid, conversation_id text, id uuid)
RETURNS uuid
LANGUAGE sql IMMUTABLE
AS $function$
    SELECT CASE WHEN conversation_id IS NOT NULL THEN md5(conversation_id)::uuid
                WHEN source_agent_id IS NOT NULL AND target_agent_id IS NOT NULL
                THEN md5(least(source_agent_id, target_agent_id)::text || '_' || greatest(source_agent_id, target_agent_id)::text)::uuid
                ELSE id END
$function$;
