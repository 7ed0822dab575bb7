/* SPDX-License-Identifier: ISC */
/*
 * endpoint.c: POST /mcp, the Model Context Protocol over streamable HTTP, for agents that are clients of it (MCP 2026-07-28 and
 * 2025-03-26 to 2025-11-25, basic/transports).
 *
 * Nothing is remembered between requests: there is no session, whatever a client sends as Mcp-Session-Id, and no stream of
 * notifications, for tools never change. Each request is answered by one JSON object; one that waits is a waiting request
 * of the lobby. Who asks what the server is and can needs no key; a tool does.
 */
#include "gateway/endpoints.h"

#include "base/json_hint.h"
#include "gateway/caller.h"
#include "mcp/era.h"
#include "mcp/texts.h"
#include "mcp/tool.h"

#include <json-c/json.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define BATCH_MAX 32
#define SENTENCE_MAX 4096
#define ORIGIN_MAX 4096
#define TTL_MS "3600000" /* how long a client may keep what discover and tools/list say */

/* What one message of a request gets. */
struct reply {
	int status;      /* 200 if it has an answer, 202 if it gets none; else of an error */
	bool waits;      /* its handler waits: nothing has been written */
	bool handed_out; /* it was answered by a tool that hands messages out */
	enum gw_err err;
};

static enum gw_err answer_error(struct gw_response *response, int status, int code,
				const char *sentence)
{
	gw_buf_reset(&response->body);
	response->status = status;
	gw_rpc_add_error(&response->body, NULL, code, gw_str(sentence), GW_STR_NULL);
	return GW_INVALID;
}

/*
 * A browser names the page that makes it ask. Only our own may: a foreign one would act in the name of whoever is at the browser
 * (basic/transports, "Security"). Programs name none.
 */
static bool origin_is_ours(const struct gw_request *request)
{
	struct gw_str origin = gw_request_header(request, "Origin");
	struct gw_buf address;
	const char *host = NULL;
	size_t len = 0;
	bool ours = false;

	if (origin.data == NULL)
		return true;
	gw_buf_init(&address, ORIGIN_MAX);
	gw_gateway_address(request, &address);
	host = strstr(address.data, "://");
	if (host != NULL) {
		len = (size_t)(host - address.data) + 3;
		len += strcspn(address.data + len, "/");
		ours = origin.len == len && strncasecmp(origin.data, address.data, len) == 0;
	}
	gw_buf_release(&address);
	return ours;
}

/* Whether JSON is among what the client takes; no header means anything. */
static bool takes_json(const struct gw_request *request)
{
	static const char *const types[] = {"application/json", "application/*", "*/*"};
	struct gw_str accept = gw_str_trim(gw_request_header(request, "Accept"));

	if (accept.len == 0)
		return true;
	for (const char *part = accept.data; part != NULL;) {
		part += strspn(part, " \t,");
		for (size_t i = 0; i < GW_ARRAY_LEN(types); i++) {
			size_t len = strlen(types[i]);

			if (strncasecmp(part, types[i], len) == 0 &&
			    strchr(" \t,;", part[len]) != NULL)
				return true;
		}
		part = strchr(part, ',');
	}
	return false;
}

static void add_capabilities(struct gw_buf *out)
{
	gw_json_add_name(out, "capabilities");
	gw_buf_add_c(out, "{\"tools\":{}}");
	gw_json_add_name(out, "instructions");
	gw_json_add_string_c(out, gw_mcp_instructions);
}

static void add_caching(struct gw_buf *out, enum gw_mcp_age age)
{
	if (age == GW_MCP_STATELESS)
		gw_buf_add_c(out, ",\"ttlMs\":" TTL_MS ",\"cacheScope\":\"public\"");
}

/* initialize: the client's version if it is spoken here, else the newest (2025-11-25, basic/lifecycle). */
static void write_initialize(struct gw_buf *out, const struct gw_rpc_message *message)
{
	struct gw_str version = gw_rpc_text(message->params, "protocolVersion");

	gw_mcp_begin_result(out, GW_MCP_HANDSHAKE);
	gw_json_add_name(out, "protocolVersion");
	gw_json_add_string(out, gw_mcp_is_handshake_version(version)
					? version
					: GW_STR_LIT(GW_MCP_HANDSHAKE_NEWEST));
	gw_json_add_name(out, "serverInfo");
	gw_mcp_add_server(out);
	add_capabilities(out);
	gw_mcp_end_result(out, GW_MCP_HANDSHAKE);
}

static void write_discover(struct gw_buf *out, enum gw_mcp_age age)
{
	gw_mcp_begin_result(out, age);
	gw_json_add_name(out, "supportedVersions");
	gw_mcp_add_versions(out);
	add_capabilities(out);
	add_caching(out, age);
	gw_mcp_end_result(out, age);
}

static void write_tools(struct gw_buf *out, enum gw_mcp_age age)
{
	gw_mcp_begin_result(out, age);
	gw_json_add_name(out, "tools");
	gw_buf_add_c(out, gw_mcp_tools);
	add_caching(out, age);
	gw_mcp_end_result(out, age);
}

/* What a client asks before it has a key. False: the method is none of these. */
static bool answer_public(const struct gw_rpc_message *message, enum gw_mcp_age age,
			  struct gw_buf *out)
{
	bool handshake = age == GW_MCP_HANDSHAKE;
	struct gw_str method = message->method;

	if (!gw_str_equal_c(method, "tools/list") && !gw_str_equal_c(method, "server/discover") &&
	    !(handshake &&
	      (gw_str_equal_c(method, "initialize") || gw_str_equal_c(method, "ping"))))
		return false;
	gw_rpc_begin_result(out, message->id);
	if (gw_str_equal_c(method, "tools/list"))
		write_tools(out, age);
	else if (gw_str_equal_c(method, "server/discover"))
		write_discover(out, age);
	else if (gw_str_equal_c(method, "initialize"))
		write_initialize(out, message);
	else
		gw_buf_add_c(out, "{}");
	gw_buf_add_char(out, '}');
	return true;
}

/* request->authenticated is set where nothing of an organisation is told; else it is the tool's handler that knows the caller. */
static void answer_tool(struct gw_request *request, struct gw_response *response,
			const struct gw_rpc_message *message, enum gw_mcp_age age,
			bool may_hand_out, struct reply *reply)
{
	struct gw_str name = gw_rpc_text(message->params, "name");
	const struct gw_mcp_tool *tool = gw_mcp_tool_named(name);

	if (tool == NULL) {
		gw_rpc_add_error(&response->body, message->id, GW_RPC_INVALID_PARAMS,
				 name.len == 0
					 ? GW_STR_LIT("tools/call needs the name of a tool")
					 : GW_STR_LIT(
						   "There is no such tool: tools/list names those "
						   "that there are"),
				 GW_STR_NULL);
		request->authenticated = true;
		return;
	}
	if (gw_mcp_tool_hands_out(tool) && !may_hand_out) {
		gw_mcp_tool_refuse(response, message->id, age,
				   GW_STR_LIT("One request fetches messages once: call this in a "
					      "request of its own."));
		request->authenticated = true;
		return;
	}
	reply->handed_out = gw_mcp_tool_hands_out(tool);
	reply->err = gw_mcp_tool_call(tool, request, response, message->id,
				      gw_rpc_member(message->params, "arguments"), age);
	reply->waits = reply->err == GW_OK && request->wait.asked;
}

/* Answers one message to response->body. */
static void answer_message(struct gw_request *request, struct gw_response *response,
			   struct json_object *value, bool may_hand_out, struct reply *reply)
{
	struct gw_buf *out = &response->body;
	enum gw_mcp_age age = GW_MCP_HANDSHAKE;
	struct gw_rpc_message message;

	*reply = (struct reply){.status = 200};
	gw_rpc_read(value, &message);
	if (message.kind == GW_RPC_BROKEN) {
		gw_rpc_add_error(out, message.id, GW_RPC_INVALID_REQUEST, gw_str(message.fault),
				 GW_STR_NULL);
		reply->status = 400;
	} else if (message.kind != GW_RPC_REQUEST) {
		reply->status = 202;
	} else if (!gw_mcp_age_of(request, &message, out, &age)) {
		reply->status = 400;
	} else if (gw_str_equal_c(message.method, "tools/call")) {
		answer_tool(request, response, &message, age, may_hand_out, reply);
		if (response->status != 0)
			reply->status = response->status;
		response->status = 0;
		return;
	} else if (!answer_public(&message, age, out)) {
		gw_rpc_add_error(out, message.id, GW_RPC_METHOD_NOT_FOUND,
				 GW_STR_LIT(
					 "Method not found; this server has tools/list, tools/call "
					 "and server/discover"),
				 GW_STR_NULL);
		/* basic/transports/streamable-http, "Protocol Version Header" */
		if (age == GW_MCP_STATELESS)
			reply->status = 404;
	}
	request->authenticated = true; /* nothing of an organisation has been told */
}

/* Several messages at once, each answered as if it came alone; none waits. */
static enum gw_err answer_batch(struct gw_request *request, struct gw_response *response,
				struct json_object *batch)
{
	const bool may_wait = request->may_wait;
	bool handed_out = false;
	enum gw_err err = GW_OK;
	struct gw_buf all;
	int status = 200;

	gw_buf_init(&all, response->body.max);
	gw_buf_add_char(&all, '[');
	request->may_wait = false;
	for (size_t i = 0; i < json_object_array_length(batch); i++) {
		struct reply reply;

		gw_buf_reset(&response->body);
		answer_message(request, response, json_object_array_get_idx(batch, i), !handed_out,
			       &reply);
		handed_out = handed_out || reply.handed_out;
		if (reply.err != GW_OK && err == GW_OK) {
			err = reply.err;
			status = reply.status;
		}
		if (response->body.len == 0)
			continue;
		gw_json_add_comma(&all);
		gw_buf_add_str(&all, gw_buf_str(&response->body));
	}
	request->may_wait = may_wait;
	gw_buf_reset(&response->body);
	response->status = status;
	if (all.len == 1 && status == 200) {
		response->status = 202;
	} else {
		gw_buf_add_char(&all, ']');
		gw_buf_add_str(&response->body, gw_buf_str(&all));
	}
	gw_buf_release(&all);
	return err;
}

static enum gw_err answer_body(struct gw_request *request, struct gw_response *response,
			       struct json_object *body)
{
	struct reply reply;

	if (json_object_is_type(body, json_type_array)) {
		if (!gw_mcp_takes_batches(request))
			return answer_error(response, 400, GW_RPC_INVALID_REQUEST,
					    "Send one message a request: this revision of the "
					    "protocol has no arrays of them.");
		if (json_object_array_length(body) == 0 ||
		    json_object_array_length(body) > BATCH_MAX)
			return answer_error(response, 400, GW_RPC_INVALID_REQUEST,
					    "An array holds 1 to 32 messages.");
		return answer_batch(request, response, body);
	}
	answer_message(request, response, body, true, &reply);
	if (!reply.waits)
		response->status = reply.status;
	return reply.err;
}

enum gw_err gw_handle_mcp(struct gw_request *request, struct gw_response *response)
{
	struct json_object *body = NULL;
	struct gw_json_error error = {.message = NULL};
	char sentence[SENTENCE_MAX];
	enum gw_err err = GW_OK;

	if (!origin_is_ours(request))
		return answer_error(
			response, 403, GW_RPC_INVALID_REQUEST,
			"Pages of other sites may not use this address. A program "
			"leaves the header Origin out; behind a proxy the operator sets "
			"public_url.");
	if (!takes_json(request))
		return answer_error(response, 406, GW_RPC_INVALID_REQUEST,
				    "Answers are JSON: send Accept: application/json, "
				    "text/event-stream.");
	err = gw_json_parse(request->body, &error, &body);
	if (err == GW_INVALID || err == GW_TOO_LARGE) {
		(void)snprintf(sentence, sizeof(sentence),
			       "The body is not JSON: %s at byte %zu. %s", error.message,
			       error.offset, gw_json_hint(request->body, &error));
		return answer_error(response, 400, GW_RPC_PARSE_ERROR, sentence);
	}
	if (err != GW_OK)
		return err;
	err = answer_body(request, response, body);
	json_object_put(body);
	return err;
}
