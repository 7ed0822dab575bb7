-- SPDX-License-Identifier: ISC
-- What the roles of the programs may do: the responders' (NAME_web) and the worker's (NAME_worker), where NAME is the owner of
-- the schema clawgw. Applied by every `clawgw-admin migrate`, after the functions. Where there are no such roles, nothing
-- happens. Whoever runs it gives rights on what is his (or his group's): where the platform's tables have another owner than
-- clawgw's schema, both run it. It first takes away what the roles had, so that a right that left the list is gone.
--
-- tests/store/test_roles.c runs every statement under the role of the program that uses it, and what must not be possible.
DO $grants$
DECLARE
    owner CONSTANT name := (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'clawgw');
    given record;
    present text;
BEGIN
    FOR given IN
        SELECT role.rolname, relation.oid::regclass AS relation
        FROM pg_roles role
        JOIN pg_class relation ON relation.relkind IN ('r', 'p')
                                  AND relation.relnamespace IN ('public'::regnamespace, 'clawgw'::regnamespace)
                                  AND pg_has_role(relation.relowner, 'USAGE')
        WHERE role.rolname IN (owner || '_web', owner || '_worker')
    LOOP
        EXECUTE format('REVOKE ALL ON TABLE %s FROM %I', given.relation, given.rolname);
    END LOOP;

    IF pg_has_role(owner, 'USAGE') THEN
        FOR given IN SELECT rolname FROM pg_roles WHERE rolname IN (owner || '_web', owner || '_worker') LOOP
            EXECUTE format('GRANT USAGE ON SCHEMA clawgw TO %I', given.rolname);
        END LOOP;
    END IF;

    FOR given IN
        SELECT role.rolname, wanted.rights, wanted.columns, relation.oid, relation.oid::regclass AS relation
        FROM (VALUES
            -- the platform's tables; columns: NULL means all. llm_models holds keys, channel_configs apps' secrets
            -- (sql/functions/channel_app.sql), users.role who is an administrator
            ('web', 'SELECT', 'agents', NULL::text),
            ('web', 'UPDATE', 'agents', 'api_key_hash openclaw_last_seen status updated_at'),
            ('web', 'SELECT', 'agent_agent_relationships', NULL),
            ('web', 'SELECT', 'agent_permissions', NULL), -- where it is there
            ('web', 'SELECT', 'agent_relationships', NULL),
            ('web', 'SELECT, INSERT, DELETE', 'chat_messages', NULL),
            ('web', 'UPDATE', 'chat_messages', 'content created_at'),
            ('web', 'SELECT, INSERT', 'chat_sessions', NULL),
            ('web', 'UPDATE', 'chat_sessions', 'last_message_at last_read_at_by_user title updated_at'),
            ('web', 'SELECT, INSERT', 'gateway_messages', NULL),
            ('web', 'UPDATE', 'gateway_messages', 'completed_at created_at delivered_at result status'),
            ('web', 'SELECT', 'identities', 'email id is_active password_hash phone username'),
            ('web', 'SELECT', 'org_members', 'department_id email external_id id name open_id status synced_at tenant_id title user_id'),
            ('web', 'SELECT, INSERT', 'participants', NULL),
            ('web', 'SELECT', 'tenants', 'id is_active name slug timezone'),
            ('web', 'SELECT', 'users', 'display_name id identity_id is_active role tenant_id'),

            ('worker', 'SELECT', 'agents', NULL),
            ('worker', 'UPDATE', 'agents', 'last_daily_reset last_monthly_reset llm_calls_reset_at llm_calls_today'
                                           ' tokens_used_month tokens_used_today tokens_used_total'),
            ('worker', 'SELECT, INSERT', 'chat_messages', NULL),
            ('worker', 'UPDATE', 'chat_messages', 'content conversation_id created_at'),
            ('worker', 'SELECT, INSERT', 'chat_sessions', NULL),
            ('worker', 'UPDATE', 'chat_sessions', 'last_message_at updated_at'),
            ('worker', 'SELECT, INSERT', 'gateway_messages', NULL),
            ('worker', 'UPDATE', 'gateway_messages', 'completed_at content created_at delivered_at result status'),
            ('worker', 'SELECT', 'llm_models', NULL),
            ('worker', 'SELECT', 'org_members', 'email external_id id name open_id status synced_at tenant_id title user_id'),
            ('worker', 'SELECT, INSERT', 'participants', NULL),
            ('worker', 'SELECT', 'tenants', 'id is_active name timezone'),
            ('worker', 'SELECT', 'users', 'display_name id identity_id is_active tenant_id'),

            -- clawgw's own
            ('web', 'SELECT, INSERT, DELETE', 'clawgw.agents_online', NULL),
            ('web', 'UPDATE', 'clawgw.agents_online', 'since'),
            ('web', 'INSERT', 'clawgw.audit', NULL),
            ('web', 'SELECT, INSERT', 'clawgw.backlogs', NULL),
            ('web', 'UPDATE', 'clawgw.backlogs', 'counted_at waiting'),
            ('web', 'SELECT, INSERT, UPDATE, DELETE', 'clawgw.deliveries', NULL),
            ('web', 'SELECT, INSERT, DELETE', 'clawgw.endings', NULL),
            ('web', 'UPDATE', 'clawgw.endings', 'reason'),
            ('web', 'SELECT, INSERT', 'clawgw.events', NULL),
            ('web', 'SELECT', 'clawgw.events_end', NULL),
            ('web', 'SELECT, INSERT, DELETE', 'clawgw.feishu_events', NULL),
            ('web', 'SELECT, INSERT, UPDATE, DELETE', 'clawgw.feishu_tokens', NULL),
            ('web', 'SELECT', 'clawgw.findings', NULL),
            ('web', 'SELECT, INSERT, UPDATE, DELETE', 'clawgw.handouts', NULL),
            ('web', 'SELECT, INSERT, UPDATE, DELETE', 'clawgw.idempotency_keys', NULL),
            ('web', 'SELECT, INSERT', 'clawgw.invitations', NULL),
            ('web', 'UPDATE', 'clawgw.invitations', 'expires_at key_digest used_at'),
            ('web', 'SELECT, INSERT', 'clawgw.jobs', NULL),
            ('web', 'UPDATE', 'clawgw.jobs', 'attempts ended_as fallback_after finished_at head last_error lease_epoch lease_owner'
                                             ' lease_until primary_after queued_at run_at state use_fallback'),
            ('web', 'SELECT', 'clawgw.letter_probes', NULL),
            ('web', 'UPDATE', 'clawgw.letter_probes', 'came_at returned'),
            ('web', 'SELECT, INSERT, UPDATE, DELETE', 'clawgw.letters', NULL),
            ('web', 'SELECT', 'clawgw.migrations', NULL),
            ('web', 'SELECT, INSERT', 'clawgw.notices', NULL),
            ('web', 'UPDATE', 'clawgw.notices', 'notice status'),
            ('web', 'SELECT, INSERT', 'clawgw.reads', NULL),
            ('web', 'UPDATE', 'clawgw.reads', 'read_at'),
            ('web', 'SELECT, INSERT', 'clawgw.replies', NULL),
            ('web', 'SELECT, INSERT', 'clawgw.rollups', NULL),
            ('web', 'UPDATE', 'clawgw.rollups', 'n'),
            ('web', 'SELECT, INSERT', 'clawgw.sends', NULL),
            ('web', 'UPDATE', 'clawgw.sends', 'error finished_at outcome'),
            ('web', 'SELECT, INSERT, DELETE', 'clawgw.sessions', NULL),
            ('web', 'UPDATE', 'clawgw.sessions', 'seen_at'),
            ('web', 'SELECT, INSERT, DELETE', 'clawgw.signin_failures', NULL),
            ('web', 'UPDATE', 'clawgw.signin_failures', 'failures last_at'),
            ('web', 'SELECT, INSERT, DELETE', 'clawgw.signin_links', NULL),
            ('web', 'UPDATE', 'clawgw.signin_links', 'used_at'),
            ('web', 'SELECT, INSERT', 'clawgw.steps', NULL),
            ('web', 'SELECT, INSERT, UPDATE', 'clawgw.threads', NULL),
            ('web', 'SELECT', 'clawgw.trials', NULL),
            ('web', 'SELECT', 'clawgw.workers', NULL),

            ('worker', 'SELECT, INSERT, DELETE', 'clawgw.backlogs', NULL),
            ('worker', 'UPDATE', 'clawgw.backlogs', 'counted_at waiting'),
            ('worker', 'SELECT, UPDATE', 'clawgw.clock', NULL),
            ('worker', 'SELECT, DELETE', 'clawgw.deliveries', NULL),
            ('worker', 'SELECT, INSERT', 'clawgw.endings', NULL),
            ('worker', 'UPDATE', 'clawgw.endings', 'reason'),
            ('worker', 'SELECT, INSERT', 'clawgw.events', NULL),
            ('worker', 'SELECT, INSERT, UPDATE, DELETE', 'clawgw.feishu_tokens', NULL),
            ('worker', 'SELECT, DELETE', 'clawgw.handouts', NULL),
            ('worker', 'UPDATE', 'clawgw.handouts', 'handed_at'),
            ('worker', 'SELECT', 'clawgw.idempotency_keys', 'busy_until state'),
            ('worker', 'UPDATE', 'clawgw.idempotency_keys', 'busy_until'),
            ('worker', 'SELECT', 'clawgw.jobs', NULL),
            ('worker', 'UPDATE', 'clawgw.jobs', 'attempts ended_as fallback_after finished_at head last_error lease_epoch'
                                                ' lease_owner lease_until lost primary_after resource_id run_at state'
                                                ' use_fallback wasted'),
            ('worker', 'SELECT, INSERT, UPDATE, DELETE', 'clawgw.letters', NULL),
            ('worker', 'SELECT', 'clawgw.migrations', NULL),
            ('worker', 'SELECT, INSERT', 'clawgw.model_quirks', NULL),
            ('worker', 'UPDATE', 'clawgw.model_quirks', 'learned_at quirks words'),
            ('worker', 'SELECT, INSERT', 'clawgw.model_usage', NULL),
            ('worker', 'UPDATE', 'clawgw.model_usage', NULL),
            ('worker', 'SELECT, INSERT, DELETE', 'clawgw.notices', NULL),
            ('worker', 'UPDATE', 'clawgw.notices', 'notice status'),
            ('worker', 'SELECT, UPDATE, DELETE', 'clawgw.removals', NULL), -- UPDATE: its rows are locked
            ('worker', 'SELECT, INSERT', 'clawgw.replies', NULL),
            ('worker', 'SELECT, INSERT, DELETE', 'clawgw.rollups', NULL),
            ('worker', 'UPDATE', 'clawgw.rollups', 'n'),
            ('worker', 'SELECT, INSERT', 'clawgw.steps', NULL),
            ('worker', 'SELECT, INSERT, UPDATE', 'clawgw.threads', NULL),
            ('worker', 'SELECT', 'clawgw.trials', NULL),
            ('worker', 'UPDATE', 'clawgw.trials', 'answered ended_at error milliseconds said tokens'),
            ('worker', 'SELECT, INSERT, UPDATE, DELETE', 'clawgw.workers', NULL)
        ) AS wanted(program, rights, relation, columns)
        JOIN pg_roles role ON role.rolname = owner || '_' || wanted.program
        JOIN pg_class relation ON relation.oid = to_regclass(CASE WHEN wanted.relation LIKE 'clawgw.%' THEN wanted.relation
                                                                  ELSE 'public.' || wanted.relation END)
        WHERE pg_has_role(relation.relowner, 'USAGE')
    LOOP
        -- columns that another version of the platform does not have are left out
        SELECT string_agg(quote_ident(attname), ', ') INTO present
        FROM pg_attribute
        WHERE attrelid = given.oid AND attnum > 0 AND NOT attisdropped
          AND attname = ANY (string_to_array(given.columns, ' '));
        CONTINUE WHEN given.columns IS NOT NULL AND present IS NULL;
        EXECUTE format('GRANT %s ON TABLE %s TO %I', given.rights || coalesce(' (' || present || ')', ''), given.relation,
                       given.rolname);
    END LOOP;

    -- functions that do more than who calls them may
    FOR given IN
        SELECT role.rolname, wanted.program, function.oid::regprocedure AS function
        FROM (VALUES ('web', 'agent_change'), ('web', 'agent_hand_over'), ('web', 'agent_make'), ('web', 'agent_models'),
                     ('web', 'audit_survey'), ('web', 'channel_app'), ('web', 'channel_hook'), ('web', 'channel_survey'),
                     ('web', 'ended_purge'), ('web', 'jobs_by_model'), ('web', 'letter_queue'), ('web', 'model_change'), ('web', 'model_days'),
                     ('web', 'model_look'), ('web', 'model_make'), ('web', 'model_survey'), ('web', 'model_switch'),
                     ('web', 'trial_ask'), ('web', 'user_change'), ('web', 'user_make'), ('worker', 'channel_app'),
                     ('worker', 'letter_queue')) AS wanted(program, name)
        JOIN pg_proc function ON function.pronamespace = 'clawgw'::regnamespace AND function.proname = wanted.name
                                 AND pg_has_role(function.proowner, 'USAGE')
        LEFT JOIN pg_roles role ON role.rolname = owner || '_' || wanted.program
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', given.function);
        IF given.rolname IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', given.function, given.rolname);
        END IF;
    END LOOP;
END
$grants$;
