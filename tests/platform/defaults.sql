-- SPDX-License-Identifier: ISC
-- Defaults like those of our own tables, for the rows that tests write themselves: by connections without a name, or psql's. The
-- programs that are tested have names, and find the platform's tables as they are: what they leave out is null.
CREATE FUNCTION test_writes() RETURNS boolean LANGUAGE sql STABLE AS
    $$SELECT current_setting('application_name') IN ('', 'psql')$$;
CREATE FUNCTION test_user() RETURNS uuid LANGUAGE plpgsql STABLE AS
    $$BEGIN RETURN CASE WHEN test_writes() THEN (SELECT id FROM public.users ORDER BY id LIMIT 1) END; END$$;
CREATE FUNCTION test_tenant() RETURNS uuid LANGUAGE plpgsql STABLE AS
    $$BEGIN RETURN CASE WHEN test_writes() THEN (SELECT id FROM public.tenants ORDER BY id LIMIT 1) END; END$$;
CREATE FUNCTION test_agent() RETURNS uuid LANGUAGE plpgsql STABLE AS
    $$BEGIN RETURN CASE WHEN test_writes() THEN (SELECT id FROM public.agents ORDER BY id LIMIT 1) END; END$$;

DO $block$
DECLARE
    field record;
    value text;
BEGIN
    FOR field IN
        SELECT pg_class.relname AS relation, attname AS name, format_type(atttypid, NULL) AS type, atttypid,
               (SELECT typtype FROM pg_type WHERE oid = atttypid) AS kind,
               (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum) AS known
        FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
          AND (attnotnull OR attname = 'conversation_id' AND pg_class.relname = 'chat_messages')
    LOOP
        value := CASE field.relation || '.' || field.name
                     WHEN 'agents.agent_type' THEN $$'native'$$ WHEN 'agents.status' THEN $$'creating'$$
                     WHEN 'agents.max_llm_calls_per_day' THEN '1000' WHEN 'agents.creator_id' THEN 'test_user()'
                     WHEN 'gateway_messages.status' THEN $$'pending'$$ WHEN 'llm_models.enabled' THEN 'true'
                     WHEN 'tenants.timezone' THEN $$'UTC'$$ WHEN 'tenants.is_active' THEN 'true'
                     WHEN 'users.is_active' THEN 'true' WHEN 'users.role' THEN $$'member'$$
                     WHEN 'identities.is_active' THEN 'true'
                     WHEN 'org_members.status' THEN $$'active'$$ WHEN 'chat_messages.conversation_id' THEN $$'web'$$
                     WHEN 'chat_messages.agent_id' THEN 'test_agent()' WHEN 'chat_messages.user_id' THEN 'test_user()'
                     WHEN 'chat_sessions.agent_id' THEN 'test_agent()' WHEN 'chat_sessions.user_id' THEN 'test_user()'
                     WHEN 'chat_sessions.tenant_id' THEN 'test_tenant()'
                     WHEN 'chat_sessions.source_channel' THEN $$'web'$$ WHEN 'chat_sessions.session_type' THEN $$'direct'$$
                     WHEN 'agent_relationships.relation' THEN $$'collaborator'$$
                     WHEN 'agent_agent_relationships.relation' THEN $$'collaborator'$$
                     WHEN 'agent_permissions.access_level' THEN $$'use'$$
                     ELSE CASE WHEN field.known IS NOT NULL AND field.type <> 'timestamp with time zone' THEN NULL
                               WHEN field.name = 'id' AND field.type = 'uuid' THEN 'gen_random_uuid()'
                               WHEN field.kind = 'e' THEN quote_literal((SELECT enumlabel FROM pg_enum
                                                                         WHERE enumtypid = field.atttypid
                                                                         ORDER BY enumsortorder LIMIT 1))
                               ELSE CASE field.type WHEN 'character varying' THEN $$''$$ WHEN 'text' THEN $$''$$
                                                    WHEN 'integer' THEN '0' WHEN 'boolean' THEN 'false'
                                                    WHEN 'json' THEN $$'{}'$$ WHEN 'jsonb' THEN $$'[]'$$
                                                    WHEN 'timestamp with time zone' THEN 'clock_timestamp()' END END
                 END;
        CONTINUE WHEN value IS NULL;
        EXECUTE format('ALTER TABLE public.%I ALTER COLUMN %I SET DEFAULT CASE WHEN test_writes() THEN (%s)::%s ELSE (%s)::%s END',
                       field.relation, field.name, value, field.type, coalesce(field.known, 'NULL'), field.type);
    END LOOP;
END
$block$;
