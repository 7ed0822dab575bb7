/* SPDX-License-Identifier: ISC */
/*
 * fuzz_http.c: the readers of src/http on arbitrary input.
 *
 * An input is a CGI environment, one NAME=value per line, an empty line and a body; without an empty line it is all
 * body. Beside what the sanitizers find, it is an error when a tree does not survive being written and read
 * again, or an answer is not JSON.
 */
#include "fuzz.h"

#include "base/alloc.h"
#include "base/json_hint.h"
#include "base/text.h"
#include "http/validate.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ENV 32

const char *const fuzz_corpus = "http";

/* Reads the text; what it is must survive being written and read again. */
static void check_json(struct gw_str text)
{
	struct json_object *value = NULL;
	struct json_object *again = NULL;
	struct gw_json_error error;
	struct gw_buf first;
	struct gw_buf second;

	if (gw_json_parse(text, &error, &value) != GW_OK) {
		fuzz_require(error.offset <= text.len && error.message,
			     "an error is inside the text and has a sentence");
		fuzz_require(gw_json_hint(text, &error)[0] != '\0', "and says what to change");
		return;
	}
	gw_buf_init(&first, 8 * FUZZ_MAX_SIZE);
	gw_buf_init(&second, 8 * FUZZ_MAX_SIZE);
	gw_json_add_value(&first, value);
	fuzz_require(gw_json_parse(gw_buf_str(&first), &error, &again) == GW_OK,
		     "what was written can be read");
	gw_json_add_value(&second, again);
	fuzz_require(gw_str_equal(gw_buf_str(&first), gw_buf_str(&second)),
		     "what was read again is the same");
	json_object_put(value);
	json_object_put(again);
	gw_buf_release(&first);
	gw_buf_release(&second);
}

static void check_answer(const struct gw_response *response)
{
	struct json_object *value = NULL;
	struct gw_json_error error;

	fuzz_require(response->status >= 400 && response->status < 500,
		     "the client is told that it is wrong");
	fuzz_require(!gw_buf_overflowed(&response->body), "the answer is complete");
	/* an answer that repeats a body of the greatest depth is itself too deep for this reader */
	if (gw_json_parse(gw_buf_str(&response->body), &error, &value) == GW_INVALID) {
		fprintf(stderr, "%s at %zu of: %s\n", error.message, error.offset,
			response->body.data);
		fuzz_require(false, "the answer is JSON");
	}
	json_object_put(value);
}

static void check_fields(struct gw_request *request)
{
	struct json_object *body = NULL;
	struct gw_response response;
	struct gw_invalid invalid;
	struct gw_uuid uuid;
	bool present;

	gw_response_init(&response, 1024);
	gw_invalid_init(&invalid);
	request->path_param = request->path;
	(void)gw_field_path_uuid(request, "agent_id", &invalid, &uuid);
	(void)gw_field_query_int(request, "limit", 1, 1000, 100, &invalid);
	(void)gw_field_header(request, "X-Api-Key", &invalid);
	if (gw_field_body(request, &response, &invalid, &body) != GW_OK) {
		check_answer(&response);
	} else {
		gw_field_uuid(body, "message_id", 0, &invalid, &uuid, &present);
		(void)gw_field_string(body, "result", 1, 0, &invalid);
		(void)gw_field_string(body, "target", 1, GW_FIELD_TRIM | GW_FIELD_OPTIONAL,
				      &invalid);
		(void)gw_field_string(body, "channel", 0,
				      GW_FIELD_TRIM | GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE,
				      &invalid);
		if (gw_invalid_any(&invalid)) {
			fuzz_require(gw_invalid_respond(&invalid, &response) == GW_INVALID,
				     "an invalid request is answered as such");
			check_answer(&response);
		}
	}
	json_object_put(body);
	gw_invalid_release(&invalid);
	gw_response_release(&response);
}

static void check_request(char *const *env, struct gw_str body)
{
	struct gw_request request;
	struct gw_buf origin;

	gw_request_init(&request, env, NULL);
	gw_buf_init(&origin, 1024);
	fuzz_require(!memchr(request.path.data, '\0', request.path.len), "a path holds no NUL");
	fuzz_require(request.path.data[request.path.len] == '\0', "a path ends in a NUL");
	fuzz_require(strlen(request.trace_id) > 0 &&
			     strspn(request.trace_id,
				    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._-") == strlen(request.trace_id),
		     "a trace id is harmless");
	gw_request_origin(&request, &origin);
	fuzz_require(!strpbrk(origin.data, " \r\n\"<>"), "an origin is harmless");
	request.body = body;
	check_fields(&request);
	gw_buf_release(&origin);
	gw_request_release(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* exactly as long as the input, so that the sanitizer sees a read past its end */
	char *head = gw_xmalloc(size + 1);
	char *body = gw_xmalloc(size ? size : 1);
	char *env[MAX_ENV + 1];
	struct gw_str text = {body, size};
	size_t count = 0;
	char *line = head;
	char *end;

	memcpy(head, data, size);
	head[size] = '\0';
	end = strstr(head, "\n\n");
	if (end) {
		end[1] = '\0';
		text.len = size - (size_t)(end + 2 - head);
		for (; *line && count < MAX_ENV; line = end + 1) {
			end = strchr(line, '\n');
			if (!end)
				break;
			*end = '\0';
			env[count++] = line;
		}
	}
	env[count] = NULL;
	body = gw_xrealloc(body, text.len ? text.len : 1);
	text.data = body;
	memcpy(body, data + size - text.len, text.len);
	check_json(text);
	check_request(env, text);
	free(body);
	free(head);
	return 0;
}
