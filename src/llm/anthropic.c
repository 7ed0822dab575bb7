/* SPDX-License-Identifier: ISC */
/*
 * anthropic.c: the dialect of Anthropic's Messages (https://docs.anthropic.com/en/api/messages,
 * https://docs.anthropic.com/en/docs/build-with-claude/streaming).
 */
#include "llm/dialect.h"

#include "base/json.h"

#include <json-c/json.h>

#define API_VERSION "2023-06-01"
#define DEFAULT_OUTPUT_TOKENS 4096 /* the API wants a number */
#define MAX_TEMPERATURE 1.0        /* and refuses higher ones */

static void add_message(struct gw_buf *body, bool assistant, struct gw_buf *text)
{
	gw_json_add_comma(body);
	gw_buf_addf(body, "{\"role\":\"%s\",\"content\":", assistant ? "assistant" : "user");
	gw_json_add_string(body, gw_buf_str(text));
	gw_buf_add_char(body, '}');
	gw_buf_reset(text);
}

/*
 * The first message must be the user's, and neighbours of one role count as one: so it is put that way here, rather
 * than left to what a server makes of it.
 */
static void add_messages(const struct gw_llm_request *request, struct gw_buf *body)
{
	struct gw_buf text;
	bool assistant = false;
	bool begun = false;

	gw_buf_init(&text, body->max);
	for (size_t i = 0; i <= request->turn_count; i++) {
		bool last = i == request->turn_count;
		struct gw_llm_turn turn =
			last ? (struct gw_llm_turn){false, request->message} : request->turns[i];

		if (!last && (turn.text.len == 0 || (!begun && turn.assistant)))
			continue;
		if (begun && turn.assistant == assistant)
			gw_buf_add_c(&text, "\n\n");
		else if (begun)
			add_message(body, assistant, &text);
		gw_buf_add_str(&text, turn.text);
		assistant = turn.assistant;
		begun = true;
	}
	add_message(body, false, &text);
	gw_buf_release(&text);
}

static void build(const struct gw_llm_request *request, struct gw_buf *body)
{
	gw_buf_add_char(body, '{');
	gw_json_add_name(body, "model");
	gw_json_add_string(body, request->model);
	gw_json_add_name(body, "max_tokens");
	gw_json_add_int(body,
			request->max_output_tokens > 0 && (request->quirks & GW_LLM_NO_LIMIT) == 0
				? request->max_output_tokens
				: DEFAULT_OUTPUT_TOKENS);
	if (request->system.len > 0) {
		gw_json_add_name(body, "system");
		gw_json_add_string(body, request->system);
	}
	gw_json_add_name(body, "messages");
	gw_buf_add_char(body, '[');
	add_messages(request, body);
	gw_buf_add_char(body, ']');
	if (request->has_temperature && (request->quirks & GW_LLM_NO_TEMPERATURE) == 0)
		gw_llm_add_number(body, "temperature",
				  request->temperature > MAX_TEMPERATURE ? MAX_TEMPERATURE
									 : request->temperature);
	if ((request->quirks & GW_LLM_NO_STREAM) == 0) {
		gw_json_add_name(body, "stream");
		gw_json_add_bool(body, true);
	}
	gw_buf_add_char(body, '}');
}

static void authorize(const struct gw_llm_request *request, struct gw_llm_wire *wire)
{
	gw_llm_wire_header(wire, "anthropic-version", GW_STR_LIT(API_VERSION));
	if (request->key.len > 0)
		gw_llm_wire_header(wire, "x-api-key", request->key);
}

static void read_stop(struct gw_llm_answer *answer, struct gw_str reason)
{
	if (reason.len > 0)
		answer->stop = gw_llm_stop_of(reason);
}

/* The counts are running totals; an event that lacks one does not set it back. */
static void read_usage(struct gw_llm_answer *answer, const struct json_object *usage)
{
	int64_t input = gw_llm_count(gw_llm_member(usage, "input_tokens")) +
			gw_llm_count(gw_llm_member(usage, "cache_creation_input_tokens")) +
			gw_llm_count(gw_llm_member(usage, "cache_read_input_tokens"));
	int64_t output = gw_llm_count(gw_llm_member(usage, "output_tokens"));

	if (!json_object_is_type(usage, json_type_object))
		return;
	answer->counted = true;
	if (input > answer->input_tokens)
		answer->input_tokens = input;
	if (output > answer->output_tokens)
		answer->output_tokens = output;
}

static void read_block(struct gw_llm_answer *answer, const struct json_object *block)
{
	struct gw_str type = gw_llm_text(gw_llm_member(block, "type"));

	if (gw_str_equal_c(type, "text"))
		gw_llm_add_text(&answer->text, gw_llm_member(block, "text"));
	else if (gw_str_equal_c(type, "tool_use"))
		answer->tool_call = true;
	else if (gw_str_equal_c(type, "thinking") || gw_str_equal_c(type, "redacted_thinking"))
		answer->thought = true;
}

static void whole(struct gw_llm_answer *answer, const struct json_object *body)
{
	const struct json_object *content = gw_llm_member(body, "content");

	read_usage(answer, gw_llm_member(body, "usage"));
	read_stop(answer, gw_llm_text(gw_llm_member(body, "stop_reason")));
	if (!json_object_is_type(content, json_type_array))
		return;
	answer->complete = true;
	for (size_t i = 0; i < json_object_array_length(content); i++)
		read_block(answer, json_object_array_get_idx(content, i));
}

static void event(struct gw_llm_answer *answer, const struct json_object *body)
{
	struct gw_str type = gw_llm_text(gw_llm_member(body, "type"));
	const struct json_object *delta = gw_llm_member(body, "delta");

	if (gw_str_equal_c(type, "message_start")) {
		read_usage(answer, gw_llm_member(gw_llm_member(body, "message"), "usage"));
	} else if (gw_str_equal_c(type, "content_block_start")) {
		read_block(answer, gw_llm_member(body, "content_block"));
	} else if (gw_str_equal_c(type, "content_block_delta")) {
		if (gw_str_equal_c(gw_llm_text(gw_llm_member(delta, "type")), "text_delta"))
			gw_llm_add_text(&answer->text, gw_llm_member(delta, "text"));
	} else if (gw_str_equal_c(type, "message_delta")) {
		read_usage(answer, gw_llm_member(body, "usage"));
		read_stop(answer, gw_llm_text(gw_llm_member(delta, "stop_reason")));
	} else if (gw_str_equal_c(type, "message_stop")) {
		answer->complete = true;
	} else if (gw_str_equal_c(type, "message")) {
		whole(answer, body);
	}
}

const struct gw_llm_dialect gw_llm_anthropic = {
	.path = "/v1/messages",
	.prefix = "/v1",
	.build = build,
	.authorize = authorize,
	.event = event,
	.whole = whole,
};
