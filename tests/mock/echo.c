/* SPDX-License-Identifier: ISC */
/*
 * echo.c: see echo.h.
 */
#include "mock/echo.h"

#include "base/alloc.h"
#include "base/json.h"

#include <json-c/json.h>

#define PIECE 8 /* bytes of text in an event */

static struct gw_str text_of(struct json_object *value)
{
	struct json_object *text = NULL;

	if (json_object_is_type(value, json_type_string))
		return gw_json_string(value);
	/* a list of parts: the first one's text */
	if (json_object_is_type(value, json_type_array) && json_object_array_length(value) > 0 &&
	    json_object_object_get_ex(json_object_array_get_idx(value, 0), "text", &text))
		return gw_json_string(text);
	return GW_STR_LIT("");
}

bool echo_read(struct gw_str body, bool anthropic, struct echo_request *request)
{
	struct gw_json_error error;
	struct json_object *root = NULL, *messages = NULL, *value = NULL;
	bool ok = false;

	*request = (struct echo_request){.anthropic = anthropic};
	if (gw_json_parse(body, &error, &root) != GW_OK ||
	    !json_object_is_type(root, json_type_object) ||
	    !json_object_object_get_ex(root, "messages", &messages) ||
	    !json_object_is_type(messages, json_type_array) ||
	    json_object_array_length(messages) == 0)
		goto out;
	request->messages = json_object_array_length(messages);
	if (json_object_object_get_ex(json_object_array_get_idx(messages, request->messages - 1),
				      "content", &value))
		request->message = gw_str_dup(text_of(value));
	if (json_object_object_get_ex(root, "model", &value))
		request->model = gw_str_dup(text_of(value));
	request->stream =
		json_object_object_get_ex(root, "stream", &value) && json_object_get_boolean(value);
	request->has_temperature = json_object_object_get_ex(root, "temperature", &value);
	ok = request->message != NULL && request->model != NULL;
out:
	json_object_put(root);
	if (!ok)
		echo_release(request);
	return ok;
}

void echo_release(struct echo_request *request)
{
	free(request->message);
	free(request->model);
	request->message = NULL;
	request->model = NULL;
}

char *echo_text(const struct echo_request *request)
{
	struct gw_str message = gw_str_trim(gw_str(request->message));
	struct gw_buf text;
	size_t start = message.len;

	gw_buf_init(&text, message.len + 32);
	while (start > 0 && message.data[start - 1] != '\n')
		start--;
	gw_buf_add_c(&text, "LLM echo: ");
	gw_buf_add(&text, message.data + start, message.len - start);
	return gw_buf_detach(&text);
}

void echo_begin(const struct echo_request *request, struct gw_buf *out)
{
	if (!request->anthropic) {
		gw_buf_add_c(out, "data: "
				  "{\"id\":\"echo\",\"object\":\"chat.completion.chunk\","
				  "\"choices\":[{\"index\":0,"
				  "\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_"
				  "reason\":null}]}\n\n");
		return;
	}
	gw_buf_addf(
		out,
		"event: message_start\ndata: "
		"{\"type\":\"message_start\",\"message\":{\"id\":\"echo\","
		"\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"stop_reason\":null,"
		"\"usage\":{\"input_tokens\":%d,\"output_tokens\":1}}}\n\n",
		ECHO_INPUT_TOKENS);
	gw_buf_add_c(
		out,
		"event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
		"\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
		"event: ping\ndata: {\"type\":\"ping\"}\n\n");
}

void echo_piece(const struct echo_request *request, struct gw_str text, struct gw_buf *out)
{
	gw_buf_add_c(out, request->anthropic ? "event: content_block_delta\ndata: "
					       "{\"type\":\"content_block_delta\",\"index\":0,"
					       "\"delta\":{\"type\":\"text_delta\",\"text\":"
					     : "data: "
					       "{\"id\":\"echo\",\"object\":\"chat.completion."
					       "chunk\",\"choices\":[{\"index\":0,"
					       "\"delta\":{\"content\":");
	gw_json_add_string(out, text);
	gw_buf_add_c(out, request->anthropic ? "}}\n\n" : "},\"finish_reason\":null}]}\n\n");
}

void echo_end(const struct echo_request *request, const char *stop, bool counted,
	      struct gw_buf *out)
{
	if (request->anthropic) {
		gw_buf_addf(out,
			    "event: content_block_stop\ndata: "
			    "{\"type\":\"content_block_stop\",\"index\":0}\n\n"
			    "event: message_delta\ndata: "
			    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"%s\"},"
			    "\"usage\":{\"output_tokens\":%d}}\n\n"
			    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
			    stop, ECHO_OUTPUT_TOKENS);
		return;
	}
	gw_buf_addf(out,
		    "data: "
		    "{\"id\":\"echo\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":"
		    "0,\"delta\":{},"
		    "\"finish_reason\":\"%s\"}]}\n\n",
		    stop);
	if (counted)
		gw_buf_addf(out,
			    "data: "
			    "{\"id\":\"echo\",\"object\":\"chat.completion.chunk\",\"choices\":[],"
			    "\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_"
			    "tokens\":%d}}\n\n",
			    ECHO_INPUT_TOKENS, ECHO_OUTPUT_TOKENS,
			    ECHO_INPUT_TOKENS + ECHO_OUTPUT_TOKENS);
	gw_buf_add_c(out, "data: [DONE]\n\n");
}

static void answer_whole(const struct echo_request *request, struct gw_str text, struct gw_buf *out)
{
	if (request->anthropic) {
		gw_buf_add_c(
			out,
			"{\"id\":\"echo\",\"type\":\"message\",\"role\":\"assistant\",\"model\":");
		gw_json_add_string_c(out, request->model);
		gw_buf_add_c(out, ",\"content\":[{\"type\":\"text\",\"text\":");
		gw_json_add_string(out, text);
		gw_buf_addf(out,
			    "}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":%d,"
			    "\"output_tokens\":%d}}",
			    ECHO_INPUT_TOKENS, ECHO_OUTPUT_TOKENS);
		return;
	}
	gw_buf_add_c(out, "{\"id\":\"echo\",\"object\":\"chat.completion\",\"model\":");
	gw_json_add_string_c(out, request->model);
	gw_buf_add_c(out,
		     ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":");
	gw_json_add_string(out, text);
	gw_buf_addf(out,
		    "},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":%d,\"completion_"
		    "tokens\":%d,"
		    "\"total_tokens\":%d}}",
		    ECHO_INPUT_TOKENS, ECHO_OUTPUT_TOKENS, ECHO_INPUT_TOKENS + ECHO_OUTPUT_TOKENS);
}

void echo_answer(const struct echo_request *request, struct gw_str text, struct gw_buf *out)
{
	if (!request->stream) {
		answer_whole(request, text, out);
		return;
	}
	echo_begin(request, out);
	for (size_t at = 0; at < text.len;) {
		size_t end = at + PIECE < text.len ? at + PIECE : text.len;

		/* not in the middle of a character */
		while (end < text.len && ((unsigned char)text.data[end] & 0xC0) == 0x80)
			end++;
		echo_piece(request, (struct gw_str){text.data + at, end - at}, out);
		at = end;
	}
	echo_end(request, request->anthropic ? "end_turn" : "stop", true, out);
}
