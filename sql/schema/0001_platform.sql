-- SPDX-License-Identifier: ISC
-- The tables of the Clawith platform that the gateway works on, names and columns as there.
-- Other programs write these tables too: the gateway relies on no constraint that is not below, and
-- below are only those that the platform keeps itself.
-- (What stands between the marks "own" is left out where the tables are the platform's: see src/store/migration.h.)

/*[own*/
CREATE TYPE user_role_enum AS ENUM ('platform_admin', 'org_admin', 'agent_admin', 'member');
CREATE TYPE agent_status_enum AS ENUM ('creating', 'running', 'idle', 'stopped', 'error');
CREATE TYPE chat_role_enum AS ENUM ('user', 'assistant', 'system', 'tool_call');
CREATE TYPE channel_type_enum AS ENUM ('feishu', 'wecom', 'wechat', 'whatsapp', 'dingtalk', 'slack', 'discord',
    'atlassian', 'microsoft_teams', 'agentbay');

CREATE TABLE tenants (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar(200) NOT NULL,
    slug varchar(50) NOT NULL UNIQUE,
    is_active boolean NOT NULL DEFAULT true,
    timezone varchar(50) NOT NULL DEFAULT 'UTC',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid REFERENCES tenants,
    display_name varchar(100) NOT NULL,
    role user_role_enum NOT NULL DEFAULT 'member',
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX users_tenant ON users (tenant_id, display_name);

CREATE TABLE llm_models (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid REFERENCES tenants,
    provider varchar(50) NOT NULL,
    model varchar(100) NOT NULL,
    api_key_encrypted varchar(1024) NOT NULL DEFAULT '',
    base_url varchar(500),
    label varchar(200) NOT NULL DEFAULT '',
    enabled boolean NOT NULL DEFAULT true,
    temperature double precision,
    request_timeout integer,
    max_output_tokens integer,
    max_tokens_per_day integer,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    deleted_at timestamptz
);
CREATE INDEX llm_models_tenant ON llm_models (tenant_id, label);

CREATE TABLE agents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar(100) NOT NULL,
    role_description varchar(500) NOT NULL DEFAULT '',
    bio text,
    creator_id uuid REFERENCES users,
    tenant_id uuid REFERENCES tenants,
    agent_type varchar(20) NOT NULL DEFAULT 'native',
    api_key_hash varchar(128),
    openclaw_last_seen timestamptz,
    status agent_status_enum NOT NULL DEFAULT 'creating',
    primary_model_id uuid REFERENCES llm_models,
    fallback_model_id uuid REFERENCES llm_models,
    max_tokens_per_day integer,
    max_tokens_per_month integer,
    tokens_used_today integer NOT NULL DEFAULT 0,
    tokens_used_month integer NOT NULL DEFAULT 0,
    tokens_used_total integer NOT NULL DEFAULT 0,
    last_daily_reset timestamptz,
    last_monthly_reset timestamptz,
    llm_calls_today integer NOT NULL DEFAULT 0,
    max_llm_calls_per_day integer NOT NULL DEFAULT 1000,
    llm_calls_reset_at timestamptz,
    expires_at timestamptz,
    is_expired boolean NOT NULL DEFAULT false,
    access_mode varchar(20) NOT NULL DEFAULT 'company',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    deleted_at timestamptz
) WITH (fillfactor = 80); -- last-seen times stay on their page (HOT updates)
CREATE INDEX agents_api_key_hash ON agents (api_key_hash);
CREATE INDEX agents_tenant_name ON agents (tenant_id, name);
-- Names are compared without regard to case by ICU's rules, whatever locale the database was made with.
CREATE INDEX agents_tenant_folded_name ON agents (tenant_id, (lower(name COLLATE "und-x-icu")));

CREATE TABLE org_members (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid REFERENCES tenants,
    name varchar(100) NOT NULL,
    email varchar(200),
    open_id varchar(100),
    external_id varchar(100),
    title varchar(200),
    phone varchar(50),
    status varchar(20) NOT NULL DEFAULT 'active',
    user_id uuid REFERENCES users,
    synced_at timestamptz DEFAULT clock_timestamp()
);
CREATE INDEX org_members_tenant ON org_members (tenant_id, name);

CREATE TABLE agent_relationships (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    member_id uuid NOT NULL REFERENCES org_members,
    relation varchar(50) NOT NULL DEFAULT 'collaborator',
    description text DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX agent_relationships_agent ON agent_relationships (agent_id, created_at, id);
CREATE INDEX agent_relationships_member ON agent_relationships (member_id);

CREATE TABLE agent_agent_relationships (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    target_agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    relation varchar(50) NOT NULL DEFAULT 'collaborator',
    description text DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX agent_agent_relationships_agent ON agent_agent_relationships (agent_id, created_at, id);
CREATE INDEX agent_agent_relationships_target ON agent_agent_relationships (target_agent_id, agent_id);

CREATE TABLE gateway_messages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id uuid NOT NULL REFERENCES agents,
    sender_agent_id uuid,
    sender_user_id uuid,
    conversation_id varchar(100),
    content text NOT NULL DEFAULT '',
    status varchar(20) NOT NULL DEFAULT 'pending',
    result text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    delivered_at timestamptz,
    completed_at timestamptz
);
-- What a poll looks for: the agent's pending messages in order, and its delivered ones by the start of their lease.
CREATE INDEX gateway_messages_pending ON gateway_messages (agent_id, created_at, id) WHERE status = 'pending';
CREATE INDEX gateway_messages_delivered ON gateway_messages (agent_id, (coalesce(delivered_at, created_at)))
    WHERE status = 'delivered';
-- What operators look for: the newest messages, and those that may be tidied away. (No index on the status alone: on a
-- small table the planner would take it for a poll and keep to it when the table has grown.)
CREATE INDEX gateway_messages_created ON gateway_messages (created_at, id);
CREATE INDEX gateway_messages_finished ON gateway_messages (completed_at) WHERE completed_at IS NOT NULL;

CREATE TABLE participants (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    type varchar(10) NOT NULL,
    ref_id uuid NOT NULL,
    display_name varchar(100),
    avatar_url varchar(500),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (type, ref_id)
);

CREATE TABLE chat_sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid,
    agent_id uuid,
    user_id uuid,
    title varchar(200),
    source_channel varchar(20) NOT NULL DEFAULT 'web',
    session_type varchar(20) NOT NULL DEFAULT 'direct',
    external_conv_id varchar(200),
    is_group boolean NOT NULL DEFAULT false,
    group_name varchar(200),
    participant_id uuid,
    peer_agent_id uuid,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_message_at timestamptz,
    deleted_at timestamptz
);
CREATE INDEX chat_sessions_agent ON chat_sessions (agent_id, last_message_at);

CREATE TABLE chat_messages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid,
    agent_id uuid,
    user_id uuid,
    role chat_role_enum NOT NULL,
    content text,
    conversation_id varchar(200) NOT NULL DEFAULT 'web',
    participant_id uuid,
    thinking text,
    mentions jsonb DEFAULT '[]',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX chat_messages_conversation ON chat_messages (conversation_id, created_at DESC, id DESC);

CREATE TABLE channel_configs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    channel_type channel_type_enum NOT NULL,
    app_id varchar(255),
    app_secret varchar(512),
    is_configured boolean NOT NULL DEFAULT false,
    is_connected boolean NOT NULL DEFAULT false,
    extra_config json DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (agent_id, channel_type)
);
/*]*/
