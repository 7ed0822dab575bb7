-- SPDX-License-Identifier: ISC
-- A message of a person's has another status, whoever gave it that: the person's screens are told.
CREATE OR REPLACE FUNCTION clawgw.message_status_changed() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    INSERT INTO clawgw.events (user_id, kind, agent_id, conversation_id, message_id, status, error)
    VALUES (NEW.sender_user_id, 'status', NEW.agent_id, NEW.conversation_id, NEW.id,
            CASE NEW.status WHEN 'delivered' THEN 'working' ELSE NEW.status END,
            CASE WHEN NEW.status IN ('failed', 'expired')
                 THEN (SELECT reason FROM clawgw.endings WHERE message_id = NEW.id) END);
    RETURN NULL;
END
$function$;
