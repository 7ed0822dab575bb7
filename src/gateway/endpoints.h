/* SPDX-License-Identifier: ISC */
/*
 * endpoints.h: every endpoint of every program, once.
 *
 * From this list come the tables of the programs (src/programs), the handlers' declarations below and the names under
 * which requests are counted (counters.c). What cannot be generated is held against it by tests/unit/endpoints.test: the
 * programs' sources and their lines in src/programs/local.mk, init/responders.list (from which scripts/front.sh takes
 * its names), systemd/clawgw.target, and the locations and upstreams of nginx and Apache.
 *
 * A row: name (for logs and counters, unique), methods, path, who may call, how long a body may be, handler.
 */
#ifndef GW_ENDPOINTS_H
#define GW_ENDPOINTS_H

#include "gateway/gateway.h"
#include "http/route.h"

#include <stddef.h>

/* clang-format off */

/* What the programs answer, one list a program. A path that is in none never reaches a program: the web server says 404. */
#define GW_ENDPOINTS_POLL(ROW) \
	ROW("poll", "GET", GW_BASE_PATH "/poll", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_poll)
#define GW_ENDPOINTS_REPORT(ROW) \
	ROW("report", "POST", GW_BASE_PATH "/report", GW_ACCESS_AUTHENTICATED, GW_BODY_CONFIGURED, gw_handle_report)
#define GW_ENDPOINTS_HEARTBEAT(ROW) \
	ROW("heartbeat", "POST", GW_BASE_PATH "/heartbeat", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_heartbeat)
#define GW_ENDPOINTS_SEND_MESSAGE(ROW) \
	ROW("send-message", "POST", GW_BASE_PATH "/send-message", GW_ACCESS_AUTHENTICATED, GW_BODY_CONFIGURED, gw_handle_send_message) \
	ROW("message", "GET", GW_BASE_PATH "/messages/{message_id}", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_message) \
	ROW("message-cancel", "POST", GW_BASE_PATH "/messages/{message_id}/cancel", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, \
	    gw_handle_message_cancel) \
	ROW("directory", "GET", GW_BASE_PATH "/directory", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_directory)
#define GW_ENDPOINTS_SETUP_GUIDE(ROW) \
	ROW("setup-guide", "GET", GW_BASE_PATH "/setup-guide/{agent_id}", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_setup_guide) \
	ROW("join-script", "GET", GW_BASE_PATH "/join/{code}", GW_ACCESS_PUBLIC, GW_BODY_IGNORED, gw_handle_join_script) \
	ROW("join", "POST", GW_BASE_PATH "/join/{code}", GW_ACCESS_PUBLIC, GW_BODY_IGNORED, gw_handle_join)
#define GW_ENDPOINTS_API_KEY(ROW) \
	ROW("api-key", "POST", GW_BASE_PATH "/agents/{agent_id}/api-key", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_api_key) \
	ROW("generate-key", "POST", GW_BASE_PATH "/generate-key/{agent_id}", GW_ACCESS_PUBLIC, GW_BODY_IGNORED, gw_handle_generate_key)
#define GW_ENDPOINTS_HEALTH(ROW) \
	ROW("health", "GET, HEAD", GW_BASE_PATH "/health", GW_ACCESS_PUBLIC, GW_BODY_IGNORED, gw_handle_health) \
	ROW("metrics", "GET", GW_BASE_PATH "/metrics", GW_ACCESS_PUBLIC, GW_BODY_IGNORED, gw_handle_metrics)

/* The Model Context Protocol: src/mcp. */
#define GW_ENDPOINTS_MCP(ROW) \
	ROW("mcp", "POST", GW_BASE_PATH "/mcp", GW_ACCESS_AUTHENTICATED, GW_BODY_CONFIGURED, gw_handle_mcp)

/* People, and those of them who are operators: src/people. */
#define GW_ENDPOINTS_PEOPLE(ROW) \
	ROW("people-session-open", "POST", GW_BASE_PATH "/people/session", GW_ACCESS_AUTHENTICATED, GW_BODY_SMALL, gw_handle_session_open) \
	ROW("people-session-show", "GET", GW_BASE_PATH "/people/session", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_session_show) \
	ROW("people-session-end", "DELETE", GW_BASE_PATH "/people/session", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_session_end) \
	ROW("people-session-link", "POST", GW_BASE_PATH "/people/session/link", GW_ACCESS_PUBLIC, GW_BODY_SMALL, gw_handle_session_link) \
	ROW("people-sessions", "GET", GW_BASE_PATH "/people/sessions", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_sessions) \
	ROW("people-session-revoke", "DELETE", GW_BASE_PATH "/people/sessions/{session_id}", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, \
	    gw_handle_session_revoke) \
	ROW("people-agents", "GET", GW_BASE_PATH "/people/agents", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_people_agents) \
	ROW("people-conversations", "GET", GW_BASE_PATH "/people/conversations", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, \
	    gw_handle_conversations) \
	ROW("people-conversation", "GET", GW_BASE_PATH "/people/conversations/{conversation_id}/messages", GW_ACCESS_AUTHENTICATED, \
	    GW_BODY_IGNORED, gw_handle_conversation_messages) \
	ROW("people-read", "POST", GW_BASE_PATH "/people/conversations/{conversation_id}/read", GW_ACCESS_AUTHENTICATED, GW_BODY_SMALL, \
	    gw_handle_conversation_read) \
	ROW("people-send", "POST", GW_BASE_PATH "/people/messages", GW_ACCESS_AUTHENTICATED, GW_BODY_CONFIGURED, gw_handle_people_send) \
	ROW("people-message", "GET", GW_BASE_PATH "/people/messages/{message_id}", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, \
	    gw_handle_people_message) \
	ROW("people-cancel", "POST", GW_BASE_PATH "/people/messages/{message_id}/cancel", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, \
	    gw_handle_people_cancel) \
	ROW("people-search", "GET", GW_BASE_PATH "/people/search", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_people_search) \
	ROW("operator-overview", "GET", GW_BASE_PATH "/operator/overview", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, \
	    gw_handle_operator_overview) \
	ROW("operator-messages", "GET", GW_BASE_PATH "/operator/messages", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_operator_list) \
	ROW("operator-jobs", "GET", GW_BASE_PATH "/operator/jobs", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_operator_list) \
	ROW("operator-letters", "GET", GW_BASE_PATH "/operator/letters", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_operator_list) \
	ROW("operator-story", "GET", GW_BASE_PATH "/operator/stories/{id}", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_operator_story) \
	ROW("operator-deed", "POST", GW_BASE_PATH "/operator/deeds", GW_ACCESS_AUTHENTICATED, GW_BODY_SMALL, gw_handle_operator_deed) \
	ROW("operator-agents", "GET", GW_BASE_PATH "/operator/agents", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_operator_survey) \
	ROW("operator-people", "GET", GW_BASE_PATH "/operator/people", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_operator_survey) \
	ROW("operator-models", "GET", GW_BASE_PATH "/operator/models", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_operator_survey) \
	ROW("operator-channels", "GET", GW_BASE_PATH "/operator/channels", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_operator_survey) \
	ROW("operator-audit", "GET", GW_BASE_PATH "/operator/audit", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_operator_survey) \
	ROW("operator-agent", "GET", GW_BASE_PATH "/operator/agents/{agent_id}", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, \
	    gw_handle_operator_agent) \
	ROW("operator-agent-deed", "POST", GW_BASE_PATH "/operator/agents/{agent_id}", GW_ACCESS_AUTHENTICATED, GW_BODY_SMALL, \
	    gw_handle_operator_agent_deed) \
	ROW("operator-user-deed", "POST", GW_BASE_PATH "/operator/people/{user_id}", GW_ACCESS_AUTHENTICATED, GW_BODY_SMALL, \
	    gw_handle_operator_user_deed) \
	ROW("operator-model-deed", "POST", GW_BASE_PATH "/operator/models/{model_id}", GW_ACCESS_AUTHENTICATED, GW_BODY_SMALL, \
	    gw_handle_operator_model_deed) \
	ROW("operator-agent-make", "POST", GW_BASE_PATH "/operator/agents", GW_ACCESS_AUTHENTICATED, GW_BODY_SMALL, \
	    gw_handle_operator_agent_make) \
	ROW("operator-user-make", "POST", GW_BASE_PATH "/operator/people", GW_ACCESS_AUTHENTICATED, GW_BODY_SMALL, \
	    gw_handle_operator_user_make) \
	ROW("operator-model-make", "POST", GW_BASE_PATH "/operator/models", GW_ACCESS_AUTHENTICATED, GW_BODY_SMALL, \
	    gw_handle_operator_model_make) \
	ROW("operator-model", "GET", GW_BASE_PATH "/operator/models/{model_id}", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, \
	    gw_handle_operator_model) \
	ROW("operator-trial", "GET", GW_BASE_PATH "/operator/trials/{trial_id}", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, \
	    gw_handle_operator_trial) \
	ROW("operator-health", "GET", GW_BASE_PATH "/operator/health", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_operator_health) \
	ROW("operator-checks", "GET", GW_BASE_PATH "/operator/checks", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_operator_checks) \
	ROW("operator-channel-test", "POST", GW_BASE_PATH "/operator/channels/test", GW_ACCESS_AUTHENTICATED, GW_BODY_SMALL, \
	    gw_handle_operator_channel_test)

#define GW_ENDPOINTS_EVENTS(ROW) \
	ROW("events", "GET", GW_BASE_PATH "/events", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_events) \
	ROW("operator-events", "GET", GW_BASE_PATH "/operator/events", GW_ACCESS_AUTHENTICATED, GW_BODY_IGNORED, gw_handle_operator_events)

/* Outside services: src/letters. The paths are those that the platform has told them. */
#define GW_ENDPOINTS_HOOK(ROW) \
	ROW("feishu-hook", "POST", "/api/channel/feishu/{agent_id}/webhook", GW_ACCESS_AUTHENTICATED, GW_BODY_CONFIGURED, \
	    gw_handle_feishu_hook)

/* The programs and their lists: PROGRAM(name, list). */
#define GW_PROGRAMS(PROGRAM) \
	PROGRAM("poll", GW_ENDPOINTS_POLL) \
	PROGRAM("report", GW_ENDPOINTS_REPORT) \
	PROGRAM("heartbeat", GW_ENDPOINTS_HEARTBEAT) \
	PROGRAM("send-message", GW_ENDPOINTS_SEND_MESSAGE) \
	PROGRAM("setup-guide", GW_ENDPOINTS_SETUP_GUIDE) \
	PROGRAM("api-key", GW_ENDPOINTS_API_KEY) \
	PROGRAM("health", GW_ENDPOINTS_HEALTH) \
	PROGRAM("mcp", GW_ENDPOINTS_MCP) \
	PROGRAM("people", GW_ENDPOINTS_PEOPLE) \
	PROGRAM("events", GW_ENDPOINTS_EVENTS) \
	PROGRAM("hook", GW_ENDPOINTS_HOOK)

/* All of them, for gateway.fcgi. */
#define GW_ENDPOINTS(ROW) \
	GW_ENDPOINTS_POLL(ROW) \
	GW_ENDPOINTS_REPORT(ROW) \
	GW_ENDPOINTS_HEARTBEAT(ROW) \
	GW_ENDPOINTS_SEND_MESSAGE(ROW) \
	GW_ENDPOINTS_SETUP_GUIDE(ROW) \
	GW_ENDPOINTS_API_KEY(ROW) \
	GW_ENDPOINTS_HEALTH(ROW) \
	GW_ENDPOINTS_MCP(ROW) \
	GW_ENDPOINTS_PEOPLE(ROW) \
	GW_ENDPOINTS_EVENTS(ROW) \
	GW_ENDPOINTS_HOOK(ROW)

/* The handlers, each described at the top of its file. */
#define GW_DECLARE_HANDLER(name, methods, path, access, body, handler) gw_handler handler;
GW_ENDPOINTS(GW_DECLARE_HANDLER)

/* A row of a table of struct gw_endpoint, which GW_ENDPOINT_END ends. Only the handlers that a program lists are linked. */
#define GW_ENDPOINT_ROW(name, methods, path, access, body, handler) \
	{name, methods, path, access, body, handler},
#define GW_ENDPOINT_END {NULL, NULL, NULL, GW_ACCESS_NOBODY, GW_BODY_IGNORED, NULL}
/* clang-format on */

#endif
