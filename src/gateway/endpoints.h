/*
 * endpoints.h: every endpoint: its method and path, who may call it, and its handler.
 *
 * A program's endpoints are a list of these, ended by GW_ENDPOINT_END; see src/programs. The rows are macros so that a program
 * links only the handlers that it lists.
 */
#ifndef GW_ENDPOINTS_H
#define GW_ENDPOINTS_H

#include "gateway/gateway.h"
#include "http/route.h"

#include <stddef.h>

/* Handlers, each described at the top of its file. */
gw_handler gw_handle_poll;
gw_handler gw_handle_report;
gw_handler gw_handle_heartbeat;
gw_handler gw_handle_send_message;
gw_handler gw_handle_setup_guide;
gw_handler gw_handle_api_key;
gw_handler gw_handle_generate_key;
gw_handler gw_handle_health;
gw_handler gw_handle_metrics;

/* clang-format off */
#define GW_ENDPOINT_POLL \
	{"poll", "GET", GW_BASE_PATH "/poll", GW_ACCESS_AUTHENTICATED, gw_handle_poll}
#define GW_ENDPOINT_REPORT \
	{"report", "POST", GW_BASE_PATH "/report", GW_ACCESS_AUTHENTICATED, gw_handle_report}
#define GW_ENDPOINT_HEARTBEAT \
	{"heartbeat", "POST", GW_BASE_PATH "/heartbeat", GW_ACCESS_AUTHENTICATED, gw_handle_heartbeat}
#define GW_ENDPOINT_SEND_MESSAGE \
	{"send-message", "POST", GW_BASE_PATH "/send-message", GW_ACCESS_AUTHENTICATED, gw_handle_send_message}
#define GW_ENDPOINT_SETUP_GUIDE \
	{"setup-guide", "GET", GW_BASE_PATH "/setup-guide/{agent_id}", GW_ACCESS_AUTHENTICATED, gw_handle_setup_guide}
#define GW_ENDPOINT_API_KEY \
	{"api-key", "POST", GW_BASE_PATH "/agents/{agent_id}/api-key", GW_ACCESS_AUTHENTICATED, gw_handle_api_key}
#define GW_ENDPOINT_GENERATE_KEY \
	{"generate-key", "POST", GW_BASE_PATH "/generate-key/{agent_id}", GW_ACCESS_PUBLIC, gw_handle_generate_key}
#define GW_ENDPOINT_HEALTH \
	{"health", "GET", GW_BASE_PATH "/health", GW_ACCESS_PUBLIC, gw_handle_health}
#define GW_ENDPOINT_METRICS \
	{"metrics", "GET", GW_BASE_PATH "/metrics", GW_ACCESS_PUBLIC, gw_handle_metrics}
#define GW_ENDPOINT_END {NULL, NULL, NULL, GW_ACCESS_NOBODY, NULL}
/* clang-format on */

#endif
