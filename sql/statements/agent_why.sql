-- SPDX-License-Identifier: ISC
-- What keeps an agent from answering, as far as the database knows: the gravest first, a sentence each. `code` says the same to a program
-- and stays what it is when a sentence gets better words; `values` has what the sentence names, `since` when it began, where that is known.
-- No row with a `weight` below 3: nothing is in its way.
-- $1 uuid: the agent   $2 interval: an agent not seen for so long is away   $3 interval: how long a message may be worked on, 0 for ever
-- May be repeated: it only reads.
WITH agent AS MATERIALIZED (
    SELECT agents.*, tenants.is_active AS tenant_active, tenants.name AS tenant_name, tenants.timezone AS zone,
           creator.is_active AS creator_active, creator.display_name AS creator_name
    FROM agents
    LEFT JOIN tenants ON tenants.id = agents.tenant_id
    LEFT JOIN users creator ON creator.id = agents.creator_id
    WHERE agents.id = $1::uuid
), model AS MATERIALIZED (
    SELECT * FROM clawgw.agent_models($1::uuid)
), waiting AS MATERIALIZED (
    SELECT (SELECT count(*) FROM (SELECT FROM gateway_messages WHERE agent_id = $1::uuid AND status = 'pending' LIMIT 10000) x) AS pending,
           (SELECT min(created_at) FROM (SELECT created_at FROM gateway_messages WHERE agent_id = $1::uuid AND status = 'pending'
                                         LIMIT 10000) x) AS pending_since,
           (SELECT count(*) FROM (SELECT FROM clawgw.jobs WHERE target_agent_id = $1::uuid AND state = 'queued' LIMIT 10000) x) AS queued
), held AS MATERIALIZED (
    SELECT message.id, coalesce(message.delivered_at, message.created_at) AS delivered_at, handouts.session, handouts.confirmed
    FROM gateway_messages message
    LEFT JOIN clawgw.handouts ON handouts.message_id = message.id
    WHERE message.agent_id = $1::uuid AND message.status = 'delivered'
    ORDER BY coalesce(message.delivered_at, message.created_at)
    LIMIT 1
), ended AS MATERIALIZED (
    SELECT newest.id, newest.status, newest.completed_at
    FROM (SELECT id, status, completed_at FROM gateway_messages
          WHERE agent_id = $1::uuid AND (created_at IS NOT NULL) IS TRUE
          ORDER BY created_at DESC, id DESC LIMIT 200) newest
    WHERE newest.status IN ('expired', 'failed') AND newest.completed_at > now() - interval '7 days'
    ORDER BY newest.completed_at DESC
    LIMIT 1
)
SELECT weight, code, sentence, "values", since
FROM (
    SELECT 1 AS weight, 'suspended' AS code, 'it is suspended: `agent resume'' lets it act again' AS sentence, NULL::json AS "values",
           NULL::timestamptz AS since
    FROM agent WHERE status = 'stopped' /*[agents.deleted_at*/ AND deleted_at IS NULL /*]*/
    /*[agents.deleted_at*/
    UNION ALL SELECT 1, 'removed', 'it was removed', NULL, deleted_at FROM agent WHERE deleted_at IS NOT NULL
    /*]*/
    UNION ALL SELECT 1, 'expired', 'its time is over: it has expired', NULL, expires_at
              FROM agent WHERE coalesce(is_expired, false) OR expires_at <= now()
    UNION ALL SELECT 1, 'organisation_inactive', format('its organisation, %s, is not active', tenant_name),
                     json_build_object('organisation', tenant_name), NULL
              FROM agent WHERE NOT tenant_active
    UNION ALL SELECT 1, 'creator_inactive', format('%s, who made it, is not active: another creator lets it act again', creator_name),
                     json_build_object('creator', creator_name), NULL
              FROM agent WHERE NOT creator_active
    UNION ALL SELECT 1, 'no_key', 'it has no key: `agent key'' or `agent invite'' gives it one', NULL, NULL
              FROM agent WHERE agent_type = 'openclaw' AND coalesce(api_key_hash, '') = ''
    UNION ALL SELECT 1, 'never_asked',
                     'nobody has ever asked with its key: its program does not run, or has another key or another address', NULL, created_at
              FROM agent WHERE agent_type = 'openclaw' AND coalesce(api_key_hash, '') <> '' AND openclaw_last_seen IS NULL
    UNION ALL SELECT 1, 'away', 'it is away: its program has not asked for a while, or asks with a key that was replaced', NULL,
                     openclaw_last_seen
              FROM agent WHERE agent_type = 'openclaw' AND openclaw_last_seen < now() - $2::interval
    UNION ALL SELECT 2, 'keys_refused', 'requests with keys that are nobody''s were refused within the hour; they may have been its program''s',
                     NULL, (SELECT min(at) FROM clawgw.rollups
                            WHERE span = 1 AND tenant_id = '00000000-0000-0000-0000-000000000000' AND what = 'refused key'
                              AND at > now() - interval '1 hour')
              FROM agent
              WHERE agent_type = 'openclaw' AND coalesce(openclaw_last_seen < now() - $2::interval, true)
                AND EXISTS (SELECT FROM clawgw.rollups
                            WHERE span = 1 AND tenant_id = '00000000-0000-0000-0000-000000000000' AND what = 'refused key'
                              AND at > now() - interval '1 hour')
    UNION ALL SELECT 2, 'working',
                     format('it is working on message %s%s%s', id, coalesce(', in session ' || session, ''),
                            CASE WHEN $3::interval > interval '0'
                                 THEN format('; without a report it is handed out again at %s UTC',
                                             to_char((delivered_at + $3::interval) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'))
                                 ELSE '' END),
                     json_build_object('message', id, 'session', session,
                                       'again_at', CASE WHEN $3::interval > interval '0'
                                                        THEN to_char((delivered_at + $3::interval) AT TIME ZONE 'UTC',
                                                                     'YYYY-MM-DD"T"HH24:MI:SS"Z"') END),
                     delivered_at
              FROM held
    UNION ALL SELECT 2, 'messages_wait', format('%s messages wait for it', pending), json_build_object('messages', pending), pending_since
              FROM waiting WHERE pending > 0
    UNION ALL SELECT 1, 'no_model', 'it has no language model', NULL, NULL
              FROM agent WHERE agent_type <> 'openclaw' AND NOT EXISTS (SELECT FROM model)
    UNION ALL SELECT 1, 'models_disabled', format('none of its language models is enabled: %s', names.models),
                     json_build_object('models', names.models), NULL
              FROM agent CROSS JOIN (SELECT string_agg(label, ', ') AS models FROM model) names
              WHERE agent_type <> 'openclaw' AND EXISTS (SELECT FROM model) AND NOT EXISTS (SELECT FROM model WHERE usable)
    UNION ALL SELECT 2, 'model_disabled', format('its language model %s is not enabled; the other one steps in', label),
                     json_build_object('model', label), NULL
              FROM model, agent WHERE agent_type <> 'openclaw' AND is_primary AND NOT usable AND EXISTS (SELECT FROM model WHERE usable)
    UNION ALL SELECT 1, 'model_tokens_used', format('its language model %s has used the %s tokens of a day', model.label, model.max_tokens_per_day),
                     json_build_object('model', model.label, 'tokens', model.max_tokens_per_day), NULL
              FROM model, agent WHERE agent_type <> 'openclaw' AND model.usable AND model.tokens >= model.max_tokens_per_day
    UNION ALL SELECT 1, 'tokens_of_day_used', format('it has used its %s tokens of a day', max_tokens_per_day),
                     json_build_object('tokens', max_tokens_per_day), NULL
              FROM agent WHERE agent_type <> 'openclaw' AND max_tokens_per_day > 0 AND tokens_used_today >= max_tokens_per_day
                               AND NOT clawgw.count_is_over(last_daily_reset, 'day', zone)
    UNION ALL SELECT 1, 'tokens_of_month_used', format('it has used its %s tokens of a month', max_tokens_per_month),
                     json_build_object('tokens', max_tokens_per_month), NULL
              FROM agent WHERE agent_type <> 'openclaw' AND max_tokens_per_month > 0 AND tokens_used_month >= max_tokens_per_month
                               AND NOT clawgw.count_is_over(last_monthly_reset, 'month', zone)
    UNION ALL SELECT 1, 'calls_of_day_made', format('it has made its %s calls of a day', max_llm_calls_per_day),
                     json_build_object('calls', max_llm_calls_per_day), NULL
              FROM agent WHERE agent_type <> 'openclaw' AND max_llm_calls_per_day >= 0 AND llm_calls_today >= max_llm_calls_per_day
                               AND NOT clawgw.count_is_over(llm_calls_reset_at, 'day', zone)
    UNION ALL SELECT 1, 'no_worker', format('no worker is alive to ask its language model, and %s jobs wait: start clawgw-worker', queued),
                     json_build_object('jobs', queued), NULL
              FROM agent, waiting
              WHERE agent_type <> 'openclaw' AND queued > 0
                AND NOT EXISTS (SELECT FROM clawgw.workers WHERE seen_until > clock_timestamp())
    UNION ALL (SELECT 2, 'job_waits', format('its first job waits for %s', waits), json_build_object('job', job.id, 'waits_for', waits),
                      job.created_at
               FROM clawgw.jobs job
               CROSS JOIN clawgw.job_waits_for(job) waits
               WHERE job.target_agent_id = $1::uuid AND job.state IN ('queued', 'running')
               ORDER BY job.created_at, job.id LIMIT 1)
    UNION ALL (SELECT 2, 'job_failed', format('its last job that failed: %s', job.last_error),
                      json_build_object('job', job.id, 'error', job.last_error), job.finished_at
               FROM (SELECT * FROM clawgw.jobs WHERE target_agent_id = $1::uuid AND (target_agent_id IS NOT NULL) IS TRUE ORDER BY created_at DESC, id DESC LIMIT 200) job
               WHERE job.state = 'dead' AND job.finished_at > now() - interval '7 days'
               ORDER BY job.finished_at DESC LIMIT 1)
    UNION ALL SELECT 2, 'message_unanswered', format('its last message without an answer, %s, has %s', id, status),
                     json_build_object('message', id, 'status', status), completed_at FROM ended
    UNION ALL (SELECT 2, 'letter_failed',
                      format('its last letter to %s did not arrive: %s', member.name, coalesce(letter.error, letter.state)),
                      json_build_object('letter', letter.id, 'person', member.name, 'error', coalesce(letter.error, letter.state)),
                      letter.finished_at
               FROM (SELECT * FROM clawgw.threads WHERE agent_id = $1::uuid ORDER BY last_at DESC LIMIT 200) thread
               JOIN clawgw.letters letter ON letter.thread_id = thread.id
               JOIN org_members member ON member.id = thread.member_id
               WHERE letter.direction = 'out' AND letter.state IN ('failed', 'unknown') AND letter.finished_at > now() - interval '7 days'
               ORDER BY letter.finished_at DESC LIMIT 1)
    UNION ALL (SELECT 2, 'name_ambiguous',
                      format('its name means others, too, and who writes to it by name is asked which: %s', string_agg(other.name, ', ')),
                      json_build_object('agents', string_agg(other.name, ', ')), NULL
               FROM agent
               JOIN LATERAL (SELECT peer.name FROM agents peer
                             WHERE peer.tenant_id = agent.tenant_id AND peer.id <> agent.id
                               /*[agents.deleted_at*/ AND peer.deleted_at IS NULL /*]*/
                               AND clawgw.name_key(peer.name) COLLATE "C" = clawgw.name_key(agent.name)
                             LIMIT 10) other ON true
               HAVING count(*) > 0)
    UNION ALL SELECT 3, 'seen', 'it was seen last', NULL, openclaw_last_seen FROM agent WHERE openclaw_last_seen >= now() - $2::interval
) why
ORDER BY weight, since DESC NULLS LAST, sentence
