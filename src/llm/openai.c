/* SPDX-License-Identifier: ISC */
/*
 * openai.c: the dialect of OpenAI's Chat Completions, which most providers speak
 * (https://platform.openai.com/docs/api-reference/chat).
 */
#include "llm/dialect.h"

#include "base/json.h"

#include <json-c/json.h>
#include <strings.h>

#define HEADER_MAX_BYTES 8192

static void add_message(struct gw_buf *body, const char *role, struct gw_str text)
{
	gw_json_add_comma(body);
	gw_buf_add_char(body, '{');
	gw_json_add_name(body, "role");
	gw_json_add_string_c(body, role);
	gw_json_add_name(body, "content");
	gw_json_add_string(body, text);
	gw_buf_add_char(body, '}');
}

/* The model's own name, without the prefixes that brokers put before it ("openai/o3"). */
static struct gw_str own_name(struct gw_str model)
{
	const char *slash = model.len > 0 ? memrchr(model.data, '/', model.len) : NULL;

	if (slash == NULL)
		return model;
	return (struct gw_str){slash + 1, (size_t)(model.data + model.len - slash) - 1};
}

/*
 * OpenAI's reasoning models refuse the name that everybody else knows. What a model's own words said before wins; NULL: it takes
 * neither.
 */
static const char *limit_name(const struct gw_llm_request *request)
{
	static const char *const reasoning[] = {"o1", "o3", "o4", "gpt-5"};
	struct gw_str name = own_name(request->model);
	bool completion = (request->quirks & GW_LLM_COMPLETION_LIMIT) != 0;
	bool plain = (request->quirks & GW_LLM_PLAIN_LIMIT) != 0;

	if ((request->quirks & GW_LLM_NO_LIMIT) != 0 || (completion && plain))
		return NULL;
	if (completion || plain)
		return completion ? "max_completion_tokens" : "max_tokens";
	for (size_t i = 0; i < GW_ARRAY_LEN(reasoning); i++) {
		size_t len = strlen(reasoning[i]);

		if (name.len >= len && strncasecmp(name.data, reasoning[i], len) == 0)
			return "max_completion_tokens";
	}
	return "max_tokens";
}

/*
 * What was said, and the message; with the system's words before it, where they cannot stand for themselves. Some templates of chats
 * want the roles in turn, the user's first: neighbours of one role are then put together.
 */
static void add_messages(const struct gw_llm_request *request, struct gw_buf *body)
{
	bool alternating = (request->quirks & GW_LLM_ALTERNATING) != 0;
	bool assistant = false;
	struct gw_buf text;

	gw_buf_init(&text, body->max);
	for (size_t i = 0; i < request->turn_count; i++) {
		const struct gw_llm_turn *turn = &request->turns[i];

		if (turn->text.len == 0 || (alternating && text.len == 0 && turn->assistant))
			continue;
		if (text.len > 0 && (!alternating || turn->assistant != assistant)) {
			add_message(body, assistant ? "assistant" : "user", gw_buf_str(&text));
			gw_buf_reset(&text);
		} else if (text.len > 0) {
			gw_buf_add_c(&text, "\n\n");
		}
		gw_buf_add_str(&text, turn->text);
		assistant = turn->assistant;
	}
	if (text.len > 0 && (!alternating || assistant)) {
		add_message(body, assistant ? "assistant" : "user", gw_buf_str(&text));
		gw_buf_reset(&text);
	} else if (text.len > 0) {
		gw_buf_add_c(&text, "\n\n");
	}
	if ((request->quirks & GW_LLM_NO_SYSTEM) != 0 && request->system.len > 0) {
		gw_buf_add_str(&text, request->system);
		gw_buf_add_c(&text, "\n\n");
	}
	gw_buf_add_str(&text, request->message);
	add_message(body, "user", gw_buf_str(&text));
	gw_buf_release(&text);
}

static void build(const struct gw_llm_request *request, struct gw_buf *body)
{
	gw_buf_add_char(body, '{');
	gw_json_add_name(body, "model");
	gw_json_add_string(body, request->model);
	gw_json_add_name(body, "messages");
	gw_buf_add_char(body, '[');
	if (request->system.len > 0 && (request->quirks & GW_LLM_NO_SYSTEM) == 0)
		add_message(body, "system", request->system);
	add_messages(request, body);
	gw_buf_add_char(body, ']');
	if (request->has_temperature && (request->quirks & GW_LLM_NO_TEMPERATURE) == 0)
		gw_llm_add_number(body, "temperature", request->temperature);
	if (request->max_output_tokens > 0 && limit_name(request) != NULL) {
		gw_json_add_name(body, limit_name(request));
		gw_json_add_int(body, request->max_output_tokens);
	}
	if ((request->quirks & GW_LLM_NO_STREAM) == 0) {
		gw_json_add_name(body, "stream");
		gw_json_add_bool(body, true);
	}
	if ((request->quirks & (GW_LLM_NO_STREAM | GW_LLM_NO_STREAM_OPTIONS)) == 0) {
		gw_json_add_name(body, "stream_options");
		gw_buf_add_c(body, "{\"include_usage\":true}");
	}
	gw_buf_add_char(body, '}');
}

static void authorize(const struct gw_llm_request *request, struct gw_llm_wire *wire)
{
	struct gw_buf value;

	if (request->key.len == 0)
		return;
	/* Azure takes Authorization for a token of another kind */
	if (request->provider.len == 5 && strncasecmp(request->provider.data, "azure", 5) == 0) {
		gw_llm_wire_header(wire, "api-key", request->key);
		return;
	}
	gw_buf_init(&value, HEADER_MAX_BYTES);
	gw_buf_add_c(&value, "Bearer ");
	gw_buf_add_str(&value, request->key);
	gw_llm_wire_header(wire, "Authorization", gw_buf_str(&value));
	gw_buf_release(&value);
}

/* A string, or a list of parts of which some are text for the reader; others are thoughts or calls of tools. */
static void add_content(struct gw_llm_answer *answer, const struct json_object *content)
{
	if (!json_object_is_type(content, json_type_array)) {
		gw_llm_add_text(&answer->text, content);
		return;
	}
	for (size_t i = 0; i < json_object_array_length(content); i++) {
		const struct json_object *part = json_object_array_get_idx(content, i);
		struct gw_str type = gw_llm_text(gw_llm_member(part, "type"));

		if (json_object_is_type(part, json_type_string))
			gw_llm_add_text(&answer->text, part);
		else if (type.len == 0 || gw_str_equal_c(type, "text") ||
			 gw_str_equal_c(type, "output_text"))
			gw_llm_add_text(&answer->text, gw_llm_member(part, "text"));
		else
			answer->thought = true;
	}
}

/* Where servers put thoughts that they tell from the answer: they are not kept. */
static bool has_thoughts(const struct json_object *said)
{
	static const char *const names[] = {"reasoning_content", "reasoning", "thinking"};

	for (size_t i = 0; i < GW_ARRAY_LEN(names); i++) {
		if (gw_llm_text(gw_llm_member(said, names[i])).len > 0)
			return true;
	}
	return json_object_is_type(gw_llm_member(said, "reasoning_details"), json_type_array);
}

static void read_stop(struct gw_llm_answer *answer, struct gw_str reason)
{
	if (reason.len > 0)
		answer->stop = gw_llm_stop_of(reason);
}

static void read_usage(struct gw_llm_answer *answer, const struct json_object *usage)
{
	int64_t total = gw_llm_count(gw_llm_member(usage, "total_tokens"));

	if (!json_object_is_type(usage, json_type_object))
		return;
	answer->counted = true;
	answer->input_tokens = gw_llm_count(gw_llm_member(usage, "prompt_tokens"));
	answer->output_tokens = gw_llm_count(gw_llm_member(usage, "completion_tokens"));
	/* some count thoughts only in the total */
	if (total > answer->input_tokens + answer->output_tokens)
		answer->output_tokens = total - answer->input_tokens;
}

/* `part` names what a choice holds: "delta" in a stream, "message" in a whole answer. */
static void read_choice(struct gw_llm_answer *answer, const struct json_object *body,
			const char *part)
{
	const struct json_object *choices = gw_llm_member(body, "choices");
	const struct json_object *choice = NULL;
	const struct json_object *said = NULL;
	const struct json_object *tools = NULL;

	read_usage(answer, gw_llm_member(body, "usage"));
	if (!json_object_is_type(choices, json_type_array) ||
	    json_object_array_length(choices) == 0)
		return;
	choice = json_object_array_get_idx(choices, 0);
	said = gw_llm_member(choice, part);
	if (json_object_is_type(gw_llm_member(choice, "error"), json_type_object))
		gw_llm_read_error(answer, gw_llm_member(choice, "error"));
	if (has_thoughts(said))
		answer->thought = true;
	add_content(answer, gw_llm_member(said, "content"));
	/* a refusal is what the model has to say */
	add_content(answer, gw_llm_member(said, "refusal"));
	tools = gw_llm_member(said, "tool_calls");
	if ((json_object_is_type(tools, json_type_array) && json_object_array_length(tools) > 0) ||
	    json_object_is_type(gw_llm_member(said, "function_call"), json_type_object))
		answer->tool_call = true;
	read_stop(answer, gw_llm_text(gw_llm_member(choice, "finish_reason")));
}

static void event(struct gw_llm_answer *answer, const struct json_object *body)
{
	/* some servers send the whole answer as the only event */
	bool is_whole =
		gw_str_equal_c(gw_llm_text(gw_llm_member(body, "object")), "chat.completion");

	read_choice(answer, body, is_whole ? "message" : "delta");
}

static void whole(struct gw_llm_answer *answer, const struct json_object *body)
{
	read_choice(answer, body, "message");
	answer->complete = json_object_is_type(gw_llm_member(body, "choices"), json_type_array);
}

const struct gw_llm_dialect gw_llm_openai = {
	.path = "/chat/completions",
	.prefix = NULL,
	.build = build,
	.authorize = authorize,
	.event = event,
	.whole = whole,
};
