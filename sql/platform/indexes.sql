-- SPDX-License-Identifier: ISC
-- What statements look up in the platform's tables, for databases that are the platform's own: `clawgw-admin adopt` makes those
-- that are not there, beside everybody who works. (Our own tables have the same from sql/schema, under other names;
-- tests/store/test_adoption.c compares them.) A line "-- unless: …" says which index of the platform's does as well.

CREATE INDEX CONCURRENTLY clawgw_users_tenant ON users (tenant_id, display_name);
CREATE INDEX CONCURRENTLY clawgw_llm_models_tenant ON llm_models (tenant_id, label);
CREATE INDEX CONCURRENTLY clawgw_agents_api_key_hash ON agents (api_key_hash);
CREATE INDEX CONCURRENTLY clawgw_agents_tenant_name ON agents (tenant_id, name);
CREATE INDEX CONCURRENTLY clawgw_agents_tenant_name_key ON agents (tenant_id, (clawgw.name_key(name) COLLATE "C"));
CREATE INDEX CONCURRENTLY clawgw_org_members_tenant ON org_members (tenant_id, name);
-- unless: btree (user_id)
CREATE INDEX CONCURRENTLY clawgw_org_members_user ON org_members (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX CONCURRENTLY clawgw_org_members_folded_email ON org_members (lower(email));
CREATE INDEX CONCURRENTLY clawgw_org_members_open_id ON org_members (open_id) WHERE open_id IS NOT NULL;
CREATE INDEX CONCURRENTLY clawgw_org_members_external_id ON org_members (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX CONCURRENTLY clawgw_agent_relationships_agent ON agent_relationships (agent_id, created_at, id);
CREATE INDEX CONCURRENTLY clawgw_agent_relationships_member ON agent_relationships (member_id);
CREATE INDEX CONCURRENTLY clawgw_agent_agent_relationships_agent ON agent_agent_relationships (agent_id, created_at, id);
CREATE INDEX CONCURRENTLY clawgw_agent_agent_relationships_target ON agent_agent_relationships (target_agent_id, agent_id);
CREATE INDEX CONCURRENTLY clawgw_gateway_messages_turns ON gateway_messages
    (agent_id, (coalesce(sender_agent_id, sender_user_id, '00000000-0000-0000-0000-000000000000'::uuid)), created_at, id)
    WHERE status = 'pending';
CREATE INDEX CONCURRENTLY clawgw_gateway_messages_delivered ON gateway_messages (agent_id, (coalesce(delivered_at, created_at)))
    WHERE status = 'delivered';
CREATE INDEX CONCURRENTLY clawgw_gateway_messages_unfinished ON gateway_messages (created_at, id)
    WHERE (status IN ('pending', 'delivered')) IS TRUE;
CREATE INDEX CONCURRENTLY clawgw_gateway_messages_created ON gateway_messages (created_at, id);
CREATE INDEX CONCURRENTLY clawgw_gateway_messages_finished ON gateway_messages (completed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX CONCURRENTLY clawgw_gateway_messages_expired ON gateway_messages (completed_at) WHERE status = 'expired';
CREATE INDEX CONCURRENTLY clawgw_gateway_messages_agent ON gateway_messages (agent_id, created_at DESC, id DESC)
    WHERE (created_at IS NOT NULL) IS TRUE;
CREATE INDEX CONCURRENTLY clawgw_chat_sessions_agent ON chat_sessions (agent_id, last_message_at);
CREATE INDEX CONCURRENTLY clawgw_chat_sessions_pair ON chat_sessions (agent_id, peer_agent_id) WHERE peer_agent_id IS NOT NULL;
CREATE INDEX CONCURRENTLY clawgw_chat_sessions_user_newest ON chat_sessions
    (user_id, (coalesce(last_message_at, created_at)) DESC, id DESC);
-- unless: btree (conversation_id, created_at, id)
CREATE INDEX CONCURRENTLY clawgw_chat_messages_conversation ON chat_messages (conversation_id, created_at DESC, id DESC);
CREATE INDEX CONCURRENTLY clawgw_chat_messages_user_newest ON chat_messages (user_id, created_at DESC, id DESC);
CREATE INDEX CONCURRENTLY clawgw_chat_messages_web ON chat_messages (agent_id, user_id, created_at DESC, id DESC)
    WHERE conversation_id = 'web';
CREATE INDEX CONCURRENTLY clawgw_chat_messages_user_pairs ON chat_messages USING gin (clawgw.word_pairs(user_id, content))
    WHERE octet_length(content) > length(content);
