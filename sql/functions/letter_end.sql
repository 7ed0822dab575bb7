-- SPDX-License-Identifier: ISC
-- What became of a letter to a person: sent, failed, unknown; given_up, by which no attempt ends, is unknown if one was cut off, and
-- failed otherwise. An agent that does not hear of it otherwise (`tell`) gets a sentence; the person's screens are told.
-- `external`: what the channel calls it, if that is known now.
-- Returns the agent that was told, if any.
CREATE OR REPLACE FUNCTION clawgw.letter_end(letter uuid, outcome text, why text, external text, tell boolean) RETURNS uuid
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
    it record;
    notice uuid;
    tried integer := 1;
BEGIN
    IF outcome = 'given_up' THEN
        SELECT CASE state WHEN 'sending' THEN 'unknown' ELSE 'failed' END,
               concat_ws('; the last attempt: ', why, nullif(error, why)), 0
        INTO outcome, why, tried
        FROM clawgw.letters WHERE id = letter AND direction = 'out' FOR UPDATE;
    END IF;
    notice := md5(letter::text || '.' || outcome)::uuid;
    UPDATE clawgw.letters
    SET state = outcome, error = why, external_id = coalesce(external, external_id), finished_at = clock_timestamp(),
        attempts = attempts + tried
    WHERE id = letter AND direction = 'out';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT threads.id AS thread_id, threads.channel, agents.id AS agent_id, agents.agent_type, member.name,
           (SELECT users.id FROM public.users WHERE users.id = member.user_id AND users.tenant_id = agents.tenant_id) AS user_id
    INTO it
    FROM clawgw.letters
    JOIN clawgw.threads ON threads.id = letters.thread_id
    JOIN public.agents ON agents.id = threads.agent_id
    JOIN public.org_members member ON member.id = threads.member_id
    WHERE letters.id = letter;
    IF it.user_id IS NOT NULL THEN
        INSERT INTO clawgw.events (user_id, kind, agent_id, conversation_id, message_id, status)
        VALUES (it.user_id, 'letter', it.agent_id, it.thread_id::text, letter, outcome);
    END IF;
    IF NOT tell OR outcome = 'sent' OR it.agent_type <> 'openclaw' THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.gateway_messages (id, agent_id, conversation_id, content, status, created_at)
    VALUES (notice, it.agent_id, it.thread_id::text,
            format(CASE outcome WHEN 'failed' THEN 'Your letter to %s (%s) was not delivered: %s'
                                ELSE 'Your letter to %s (%s) may or may not have arrived: %s' END,
                   it.name, it.channel, coalesce(why, 'nobody knows why')),
            'pending', clock_timestamp())
    ON CONFLICT (id) DO NOTHING;
    INSERT INTO clawgw.replies (message_id, in_reply_to, depth)
    VALUES (notice, letter, 1000)
    ON CONFLICT (message_id) DO NOTHING;
    RETURN it.agent_id;
END
$function$;
