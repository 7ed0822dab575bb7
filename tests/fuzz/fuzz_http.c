/* SPDX-License-Identifier: ISC */
/*
 * fuzz_http.c: the readers of src/http on arbitrary input.
 *
 * An input is a CGI environment, one NAME=value per line, an empty line and a body; without an empty line it is all
 * body. Beside what the sanitizers find, it is an error when a tree does not survive being written and read
 * again, or an answer is not JSON.
 *
 * With libFuzzer this is the target. Without it, it is a TAP program that runs every file of the corpus and
 * deterministic mutations of each.
 */
#include "base/alloc.h"
#include "base/text.h"
#include "http/validate.h"

#include <dirent.h>
#include <json-c/json.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SIZE ((size_t)64 * 1024)
#define MAX_ENV 32
#define MUTATIONS 1500
#define MAX_FILES 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "violated: %s\n", what);
	abort();
}

/* Reads the text; what it is must survive being written and read again. */
static void check_json(struct gw_str text)
{
	struct json_object *value = NULL;
	struct json_object *again = NULL;
	struct gw_json_error error;
	struct gw_buf first;
	struct gw_buf second;

	if (gw_json_parse(text, &error, &value) != GW_OK) {
		require(error.offset <= text.len && error.message,
			"an error is inside the text and has a sentence");
		return;
	}
	gw_buf_init(&first, 8 * MAX_SIZE);
	gw_buf_init(&second, 8 * MAX_SIZE);
	gw_json_add_value(&first, value);
	require(gw_json_parse(gw_buf_str(&first), &error, &again) == GW_OK,
		"what was written can be read");
	gw_json_add_value(&second, again);
	require(gw_str_equal(gw_buf_str(&first), gw_buf_str(&second)),
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

	require(response->status >= 400 && response->status < 500,
		"the client is told that it is wrong");
	require(!gw_buf_overflowed(&response->body), "the answer is complete");
	/* an answer that repeats a body of the greatest depth is itself too deep for this reader */
	if (gw_json_parse(gw_buf_str(&response->body), &error, &value) == GW_INVALID) {
		fprintf(stderr, "%s at %zu of: %s\n", error.message, error.offset,
			response->body.data);
		require(false, "the answer is JSON");
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
			require(gw_invalid_respond(&invalid, &response) == GW_INVALID,
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
	require(!memchr(request.path.data, '\0', request.path.len), "a path holds no NUL");
	require(request.path.data[request.path.len] == '\0', "a path ends in a NUL");
	require(strlen(request.trace_id) > 0 &&
			strspn(request.trace_id,
			       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "0123456789._-") == strlen(request.trace_id),
		"a trace id is harmless");
	gw_request_origin(&request, &origin);
	require(!strpbrk(origin.data, " \r\n\"<>"), "an origin is harmless");
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

#ifndef GW_LIBFUZZER

/* xorshift64*: the same numbers every time. */
static uint64_t next_number(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

/* Changes a few places of `data`, in ways that tend to keep JSON nearly JSON. Returns the new size. */
static size_t mutate(uint8_t *data, size_t size, uint64_t *state)
{
	static const char *const tokens[] = {
		"\"", "\\",  "\\u0000", "\\ud800",   "\\udc00", "{", "}",    "[",    "]",
		",",  ":",   "null",    "1e9",       "-",       "0", "\xff", "\xc3", "\xef\xbb\xbf",
		"%",  "%00", "\n\n",    "urn:uuid:", " ",       "\t"};
	unsigned changes = 1 + (unsigned)(next_number(state) % 4);

	while (changes--) {
		size_t at = size ? next_number(state) % size : 0;
		const char *token = tokens[next_number(state) % GW_ARRAY_LEN(tokens)];
		size_t len = strlen(token);

		switch (next_number(state) % 4) {
		case 0:
			if (size)
				data[at] = (uint8_t)next_number(state);
			break;
		case 1:
			if (size)
				size = at;
			break;
		case 2:
			len = size ? next_number(state) % (size - at < 16 ? size - at : 16) : 0;
			memmove(data + at, data + at + len, size - at - len);
			size -= len;
			break;
		default:
			if (size + len > MAX_SIZE)
				break;
			memmove(data + at + len, data + at, size - at);
			memcpy(data + at, token, len);
			size += len;
		}
	}
	return size;
}

static size_t read_file(const char *folder, const char *name, uint8_t *data)
{
	struct gw_buf path;
	size_t size;
	FILE *file;

	gw_buf_init(&path, 8192);
	gw_buf_addf(&path, "%s/%s", folder, name);
	file = fopen(path.data, "rb");
	gw_buf_release(&path);
	require(file != NULL, "a file of the corpus can be read");
	size = fread(data, 1, MAX_SIZE, file);
	fclose(file);
	return size;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(void)
{
	const char *source = getenv("GW_TEST_SRCDIR");
	uint8_t *seed = gw_xmalloc(MAX_SIZE);
	uint8_t *data = gw_xmalloc(MAX_SIZE);
	uint64_t state = UINT64_C(88172645463325252);
	struct dirent **entries = NULL;
	char folder[4096];
	int count;
	int i;

	snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/http", source ? source : ".");
	count = scandir(folder, &entries, is_visible, alphasort);
	require(count > 0 && count < MAX_FILES, "there is a corpus");
	printf("1..%d\n", count);
	for (i = 0; i < count; i++) {
		size_t size = read_file(folder, entries[i]->d_name, seed);
		int round;

		(void)LLVMFuzzerTestOneInput(seed, size);
		for (round = 0; round < MUTATIONS; round++) {
			memcpy(data, seed, size);
			(void)LLVMFuzzerTestOneInput(data, mutate(data, size, &state));
		}
		printf("ok %d - %s and %d mutations\n", i + 1, entries[i]->d_name, MUTATIONS);
		free(entries[i]);
	}
	free(entries);
	free(seed);
	free(data);
	return 0;
}

#endif
