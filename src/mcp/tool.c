/* SPDX-License-Identifier: ISC */
/*
 * tool.c: see tool.h. What a model reads about the tools is in tools.json; the arguments there and here are the same.
 */
#include "mcp/tool.h"

#include "gateway/caller.h"
#include "gateway/endpoints.h"
#include "mcp/argument.h"
#include "mcp/sentence.h"

#include <stdlib.h>
#include <string.h>

#define ARGUMENTS_MAX 4
#define SENTENCE_MAX ((size_t)64 * 1024)
#define SERVER_META "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":"

struct gw_mcp_tool {
	const char *name;
	const char *method;
	const char *query; /* always part of the query string; may be empty */
	bool hands_out;
	gw_handler *handle;
	struct gw_mcp_argument arguments[ARGUMENTS_MAX]; /* up to a NULL name */
};

/* clang-format off */
static const struct gw_mcp_tool tools[] = {
	{
		"check_inbox", "GET", "relationships=0&wait=0", true, gw_handle_poll, {
			{"limit", GW_MCP_NUMBER, false, 1, 50, 10, GW_MCP_QUERY, "limit", "how many messages at most"},
		},
	},
	{
		"wait_for_message", "GET", "relationships=0&limit=1", true, gw_handle_poll, {
			{"seconds", GW_MCP_NUMBER, false, 0, 50, 25, GW_MCP_QUERY, "wait", "how long to wait at most"},
		},
	},
	{
		"report", "POST", "", false, gw_handle_report, {
			{"message_id", GW_MCP_UUID, true, 0, 0, 0, GW_MCP_BODY, "message_id", "the id of the message"},
			{"result", GW_MCP_TEXT, true, 0, 0, 0, GW_MCP_BODY, "result", "your answer as text"},
			{"in_progress", GW_MCP_BOOLEAN, false, 0, 0, 0, GW_MCP_FLAG, "\"status\":\"in_progress\"", ""},
			{"reply", GW_MCP_BOOLEAN, false, 0, 0, 0, GW_MCP_BODY, "reply", ""},
		},
	},
	{
		"send_message", "POST", "", false, gw_handle_send_message, {
			{"target", GW_MCP_TEXT, true, 0, 0, 0, GW_MCP_BODY, "target", "a name that directory shows"},
			{"content", GW_MCP_TEXT, true, 0, 0, 0, GW_MCP_BODY, "content", "your message as text"},
			{"channel", GW_MCP_TEXT, false, 0, 0, 0, GW_MCP_BODY, "channel", ""},
			{"message_id", GW_MCP_UUID, false, 0, 0, 0, GW_MCP_BODY, "message_id", ""},
		},
	},
	{
		"message_status", "GET", "status=pending,working", false, gw_handle_message, {
			{"message_id", GW_MCP_UUID, true, 0, 0, 0, GW_MCP_PATH, "", "the message_id that send_message gave"},
			{"wait", GW_MCP_NUMBER, false, 0, 50, 0, GW_MCP_QUERY, "wait", "how many seconds to wait at most"},
		},
	},
	{
		"directory", "GET", "", false, gw_handle_directory, {
			{"query", GW_MCP_TEXT, false, 0, 0, 0, GW_MCP_QUERY, "q", ""},
			{"limit", GW_MCP_NUMBER, false, 1, 50, 50, GW_MCP_QUERY, "limit", "how many at most"},
		},
	},
};
/* clang-format on */

const struct gw_mcp_tool *gw_mcp_tool_named(struct gw_str name)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(tools); i++) {
		if (gw_str_equal_c(name, tools[i].name))
			return &tools[i];
	}
	return NULL;
}

bool gw_mcp_tool_hands_out(const struct gw_mcp_tool *tool)
{
	return tool->hands_out;
}

void gw_mcp_add_server(struct gw_buf *out)
{
	gw_buf_add_c(out, "{\"name\":\"clawgw\",\"title\":\"clawgw\",\"version\":\"" PACKAGE_VERSION
			  "\"}");
}

void gw_mcp_begin_result(struct gw_buf *out, enum gw_mcp_age age)
{
	gw_buf_add_char(out, '{');
	if (age == GW_MCP_STATELESS)
		gw_buf_add_c(out, "\"resultType\":\"complete\"");
}

void gw_mcp_end_result(struct gw_buf *out, enum gw_mcp_age age)
{
	if (age == GW_MCP_STATELESS) {
		gw_json_add_comma(out);
		gw_buf_add_c(out, SERVER_META);
		gw_mcp_add_server(out);
		gw_buf_add_char(out, '}');
	}
	gw_buf_add_char(out, '}');
}

/* A tool's result; `structured` is a JSON text, or absent. */
static void write_result(struct gw_buf *out, const struct json_object *id, enum gw_mcp_age age,
			 struct gw_str text, struct gw_str structured)
{
	gw_rpc_begin_result(out, id);
	gw_mcp_begin_result(out, age);
	gw_json_add_name(out, "content");
	gw_buf_add_c(out, "[{\"type\":\"text\",\"text\":");
	gw_json_add_string(out, text);
	gw_buf_add_c(out, "}]");
	if (structured.data != NULL) {
		gw_json_add_name(out, "structuredContent");
		gw_buf_add_str(out, structured);
	}
	gw_json_add_name(out, "isError");
	gw_json_add_bool(out, structured.data == NULL);
	gw_mcp_end_result(out, age);
	gw_buf_add_char(out, '}');
}

void gw_mcp_tool_refuse(struct gw_response *response, const struct json_object *id,
			enum gw_mcp_age age, struct gw_str sentence)
{
	gw_buf_reset(&response->body);
	response->status = 200;
	write_result(&response->body, id, age, sentence, GW_STR_NULL);
}

/* The request of the gateway's own protocol is answered in place of the one that came. */
static enum gw_err handle_as(const struct gw_mcp_tool *tool, const struct gw_mcp_order *order,
			     struct gw_request *request, struct gw_response *response)
{
	const struct gw_request came = *request;
	struct gw_buf query;
	enum gw_err err = GW_OK;

	gw_buf_init(&query, order->query.len + strlen(tool->query) + 2);
	gw_buf_add_c(&query, tool->query);
	if (query.len > 0 && order->query.len > 0)
		gw_buf_add_char(&query, '&');
	gw_buf_add_str(&query, gw_buf_str(&order->query));
	request->method = tool->method;
	request->path_param = gw_buf_str(&order->path);
	request->query = gw_buf_str(&query);
	request->body = gw_buf_str(&order->body);
	err = tool->handle(request, response);
	request->method = came.method;
	request->path_param = came.path_param;
	request->query = came.query;
	request->body = came.body;
	gw_buf_release(&query);
	if (err != GW_OK && response->status < 400)
		err = gw_response_default(response, err);
	return err;
}

/* A refusal that no other argument would change: of the key (401), and faults of ours (5xx). Clients look at the status. */
static enum gw_err answer_status(struct gw_response *response, const struct json_object *id,
				 enum gw_err err)
{
	struct gw_buf sentence;

	gw_buf_init(&sentence, SENTENCE_MAX);
	gw_mcp_add_sentence(&sentence, response);
	gw_buf_reset(&response->body);
	if (response->status == 401)
		gw_response_header(response, "WWW-Authenticate", "Bearer realm=\"clawgw\"");
	/* beyond what JSON-RPC and MCP reserve codes are free: HTTP's say most */
	gw_rpc_add_error(&response->body, id, response->status, gw_buf_str(&sentence), GW_STR_NULL);
	gw_buf_release(&sentence);
	return err;
}

static enum gw_err answer(struct gw_response *response, const struct json_object *id,
			  enum gw_mcp_age age, enum gw_err err)
{
	struct gw_buf sentence;
	char *json = NULL;
	size_t len = 0;

	if (response->status == 401 || response->status >= 500)
		return answer_status(response, id, err);
	if (response->status >= 400) {
		gw_buf_init(&sentence, SENTENCE_MAX);
		gw_mcp_add_sentence(&sentence, response);
		gw_mcp_tool_refuse(response, id, age, gw_buf_str(&sentence));
		gw_buf_release(&sentence);
		return GW_OK;
	}
	len = response->body.len;
	json = gw_buf_detach(&response->body);
	write_result(&response->body, id, age, (struct gw_str){json, len},
		     (struct gw_str){json, len});
	free(json);
	return GW_OK;
}

enum gw_err gw_mcp_tool_call(const struct gw_mcp_tool *tool, struct gw_request *request,
			     struct gw_response *response, const struct json_object *id,
			     struct json_object *arguments, enum gw_mcp_age age)
{
	struct gw_mcp_order order;
	struct gw_buf sentence;
	size_t count = 0;
	enum gw_err err = GW_OK;

	err = gw_caller_require_key(request, response);
	if (err != GW_OK)
		return answer_status(response, id, err);
	while (count < ARGUMENTS_MAX && tool->arguments[count].name != NULL)
		count++;
	/* a character takes six bytes at most, as \u0001 */
	gw_mcp_order_init(&order, 6 * request->body.len + 4096);
	gw_buf_init(&sentence, SENTENCE_MAX);
	if (!gw_mcp_arguments_read(tool->name, arguments, tool->arguments, count, &order,
				   &sentence)) {
		request->authenticated =
			true; /* nothing is told that the list of tools does not say */
		gw_mcp_tool_refuse(response, id, age, gw_buf_str(&sentence));
		goto out;
	}
	err = handle_as(tool, &order, request, response);
	if (err == GW_OK && request->wait.asked)
		goto out;
	err = answer(response, id, age, err);
	/* a refusal is 200 here, whoever asked; a success stays with what the handler found out about the caller */
	if (err == GW_OK && response->status == 200)
		request->authenticated = true;
out:
	gw_mcp_order_release(&order);
	gw_buf_release(&sentence);
	return err;
}
