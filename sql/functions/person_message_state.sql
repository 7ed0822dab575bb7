-- SPDX-License-Identifier: ISC
-- What has become of what a person wrote: a gateway_messages row (an openclaw agent) or a job (a native one) with the id of the row in
-- the conversation. No row: it was not written through the gateway, or is finished so long ago that it was tidied away.
CREATE OR REPLACE FUNCTION clawgw.person_message_state(row_id uuid)
RETURNS TABLE (status text, progress text, error text, delivered_at timestamptz, completed_at timestamptz, attempts integer)
LANGUAGE sql STABLE ROWS 1
AS $function$
    SELECT CASE message.status WHEN 'delivered' THEN 'working' ELSE message.status::text END,
           CASE WHEN message.status = 'delivered' THEN message.result END,
           (SELECT reason FROM clawgw.endings WHERE endings.message_id = message.id),
           message.delivered_at, message.completed_at,
           coalesce((SELECT deliveries.attempts FROM clawgw.deliveries WHERE deliveries.message_id = message.id),
                    (message.delivered_at IS NOT NULL)::integer)
    FROM public.gateway_messages message
    WHERE message.id = row_id
    UNION ALL
    SELECT CASE job.state WHEN 'queued' THEN 'pending' WHEN 'running' THEN 'working' WHEN 'done' THEN 'completed'
                          ELSE coalesce(job.ended_as, (SELECT notices.status FROM clawgw.notices WHERE notices.job_id = job.id), 'failed') END,
           NULL, (SELECT notice FROM clawgw.notices WHERE notices.job_id = job.id), NULL, job.finished_at, job.attempts
    FROM clawgw.jobs job
    WHERE job.id = row_id
$function$;
