-- SPDX-License-Identifier: ISC
-- A message of a person's has another status, whoever gave it that: the person's screens are told. Runs with the rights of
-- schema clawgw's owner, because the platform's own service has none there, and never lets the update itself fail.
CREATE OR REPLACE FUNCTION clawgw.message_status_changed() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF NEW.sender_user_id IS NULL OR NEW.status IS NOT DISTINCT FROM OLD.status THEN
        RETURN NULL;
    END IF;
    BEGIN
        INSERT INTO clawgw.events (user_id, kind, agent_id, conversation_id, message_id, status, error)
        VALUES (NEW.sender_user_id, 'status', NEW.agent_id, NEW.conversation_id, NEW.id,
                CASE NEW.status WHEN 'delivered' THEN 'working' ELSE NEW.status END,
                CASE WHEN NEW.status IN ('failed', 'expired')
                     THEN (SELECT reason FROM clawgw.endings WHERE message_id = NEW.id) END);
    EXCEPTION WHEN OTHERS THEN
        RAISE WARNING 'clawgw: a screen was not told: %', SQLERRM;
    END;
    RETURN NULL;
END
$function$;
