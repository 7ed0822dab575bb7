/* SPDX-License-Identifier: ISC */
/*
 * fuzz_mcp.c: requests of the Model Context Protocol. The input is variables of a CGI environment, a line each, an empty line, and
 * the body. Whoever has no key gets JSON, and nothing that would have needed a database; arguments become a request of our own
 * protocol, or a sentence.
 */
#include "fuzz.h"

#include "gateway/endpoints.h"
#include "mcp/argument.h"
#include "mcp/sentence.h"

#include <json-c/json.h>

#define MAX_ENV 16
#define MAX_OUT ((size_t)4 * 1024 * 1024)

const char *const fuzz_corpus = "mcp";

static char url[] = "https://gateway.example";
static char none[] = "";

static bool is_json(struct gw_str text)
{
	struct json_object *value = NULL;
	struct gw_json_error error;
	enum gw_err err = gw_json_parse(text, &error, &value);

	json_object_put(value);
	return err == GW_OK;
}

static void ask(char *const *env, struct gw_gateway *gateway, struct gw_str body)
{
	struct gw_request request;
	struct gw_response response;
	enum gw_err err = GW_OK;

	gw_request_init(&request, env, gateway);
	gw_response_init(&response, MAX_OUT);
	request.body = body;
	err = gw_handle_mcp(&request, &response);
	fuzz_require(!request.wait.asked, "nobody waits without a key");
	fuzz_require(!gw_buf_overflowed(&response.body), "an answer without a key is small");
	fuzz_require(err == GW_OK || response.status >= 400, "a refusal has a status");
	fuzz_require(response.status != 500, "no fault is ours");
	if (response.status == 202)
		fuzz_require(response.body.len == 0, "a notification gets no answer");
	else
		fuzz_require(is_json(gw_buf_str(&response.body)), "an answer is JSON");
	gw_response_release(&response);
	gw_request_release(&request);
}

static void read_arguments(struct gw_str body)
{
	static const struct gw_mcp_argument known[] = {
		{"id", GW_MCP_UUID, true, 0, 0, 0, GW_MCP_PATH, "", "the id"},
		{"text", GW_MCP_TEXT, false, 0, 0, 0, GW_MCP_BODY, "text", ""},
		{"query", GW_MCP_TEXT, false, 0, 0, 0, GW_MCP_QUERY, "q", ""},
		{"limit", GW_MCP_NUMBER, false, 1, 50, 10, GW_MCP_QUERY, "limit", ""},
		{"flag", GW_MCP_BOOLEAN, false, 0, 0, 0, GW_MCP_FLAG, "\"status\":\"x\"", ""},
	};
	struct json_object *arguments = NULL;
	struct gw_json_error error;
	struct gw_mcp_order order;
	struct gw_buf sentence;
	struct gw_uuid uuid;

	if (gw_json_parse(body, &error, &arguments) != GW_OK)
		return;
	gw_mcp_order_init(&order, MAX_OUT);
	gw_buf_init(&sentence, MAX_OUT);
	if (gw_mcp_arguments_read("tool", arguments, known, GW_ARRAY_LEN(known), &order,
				  &sentence)) {
		fuzz_require(is_json(gw_buf_str(&order.body)), "the body is JSON");
		fuzz_require(gw_uuid_parse(gw_buf_str(&order.path), &uuid), "the path is an id");
		fuzz_require(strpbrk(order.query.data, " #\r\n\"") == NULL, "a query is encoded");
	} else {
		fuzz_require(sentence.len > 0, "a refusal is a sentence");
	}
	gw_mcp_order_release(&order);
	gw_buf_release(&sentence);
	json_object_put(arguments);
}

static void read_error(struct gw_str body)
{
	struct gw_response response;
	struct gw_buf sentence;

	gw_response_init(&response, MAX_OUT);
	gw_buf_init(&sentence, MAX_OUT);
	gw_buf_add_str(&response.body, body);
	gw_mcp_add_sentence(&sentence, &response);
	fuzz_require(sentence.len > 0, "an error is a sentence");
	gw_response_release(&response);
	gw_buf_release(&sentence);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct gw_config config = {.public_url = url, .guide_hosts = none};
	struct gw_gateway gateway = {.config = &config};
	struct fuzz_input input = {data, size};
	char *env[MAX_ENV + 1] = {NULL};
	struct gw_str body = GW_STR_NULL;
	size_t count = 0;

	while (input.size > 0 && count < MAX_ENV) {
		struct gw_str line = fuzz_text(&input, '\n');
		bool last = line.len == 0;
		bool credential = memmem(line.data, line.len, "KEY", 3) != NULL ||
				  memmem(line.data, line.len, "AUTH", 4) != NULL;

		if (!last && !credential)
			env[count++] = gw_str_dup(line);
		fuzz_free(line);
		if (last)
			break;
	}
	body = fuzz_rest(&input);
	ask(env, &gateway, body);
	read_arguments(body);
	read_error(body);
	fuzz_free(body);
	for (size_t i = 0; i < count; i++)
		free(env[i]);
	return 0;
}
