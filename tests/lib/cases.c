/* SPDX-License-Identifier: ISC */
/*
 * cases.c: see cases.h.
 */
#include "lib/cases.h"

#include "base/text.h"

#include "lib/database.h"

#include <string.h>
#include <strings.h>

#define MAX_REQUEST_BODY ((size_t)16 * 1024 * 1024)

struct json_object *gw_cases_load(const char *name)
{
	struct gw_buf path;
	struct json_object *cases = NULL;
	char *text = NULL;

	gw_buf_init(&path, 256);
	gw_buf_addf(&path, "tests/cases/%s.json", name);
	text = gw_test_file(path.data);
	cases = json_tokener_parse(text);
	gw_buf_release(&path);
	free(text);
	return cases;
}

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	(void)json_object_object_get_ex(object, name, &value);
	return value;
}

static const char *string_member(struct json_object *object, const char *name)
{
	struct json_object *value = member(object, name);

	return value != NULL ? json_object_get_string(value) : "";
}

void gw_case_title(struct json_object *item, struct gw_buf *out)
{
	gw_buf_addf(out, "%s: %s", string_member(item, "group"), string_member(item, "name"));
}

static bool hex_at(const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strchr("0123456789abcdef", text[i]) == NULL || text[i] == '\0')
			return false;
	}
	return true;
}

/* Ids and times that the case itself gave rise to may be anything of their shape. */
static bool looks_like_uuid(const char *text)
{
	return strlen(text) == 36 && hex_at(text, 8) && text[8] == '-' && hex_at(text + 9, 4) &&
	       hex_at(text + 24, 12);
}

static bool looks_like_time(const char *text)
{
	size_t len = strlen(text);

	return (len == 20 || len == 27) && text[4] == '-' && text[10] == 'T' &&
	       text[len - 1] == 'Z';
}

static bool same(struct json_object *expected, struct json_object *actual, struct gw_buf *where);

static bool same_object(struct json_object *expected, struct json_object *actual,
			struct gw_buf *where)
{
	json_object_object_foreach(expected, name, value)
	{
		struct json_object *other = NULL;

		if (!json_object_object_get_ex(actual, name, &other)) {
			gw_buf_addf(where, "no member %s", name);
			return false;
		}
		if (!same(value, other, where)) {
			gw_buf_addf(where, " in %s", name);
			return false;
		}
	}
	return true;
}

static bool same_list(struct json_object *expected, struct json_object *actual,
		      struct gw_buf *where)
{
	if (json_object_array_length(expected) != json_object_array_length(actual)) {
		gw_buf_addf(where, "a list of %zu instead of %zu", json_object_array_length(actual),
			    json_object_array_length(expected));
		return false;
	}
	for (size_t i = 0; i < json_object_array_length(expected); i++) {
		if (!same(json_object_array_get_idx(expected, i),
			  json_object_array_get_idx(actual, i), where)) {
			gw_buf_addf(where, " at [%zu]", i);
			return false;
		}
	}
	return true;
}

static bool same(struct json_object *expected, struct json_object *actual, struct gw_buf *where)
{
	if (json_object_get_type(expected) != json_object_get_type(actual)) {
		gw_buf_addf(where, "expected %s, got %s", json_object_to_json_string(expected),
			    json_object_to_json_string(actual));
		return false;
	}
	if (json_object_is_type(expected, json_type_object))
		return same_object(expected, actual, where);
	if (json_object_is_type(expected, json_type_array))
		return same_list(expected, actual, where);
	if (json_object_is_type(expected, json_type_string)) {
		const char *left = json_object_get_string(expected);
		const char *right = json_object_get_string(actual);

		if (strcmp(left, "<uuid>") == 0 && looks_like_uuid(right))
			return true;
		if (strcmp(left, "<time>") == 0 && looks_like_time(right))
			return true;
		if (strcmp(left, "<text>") == 0 && right[0] != '\0')
			return true;
	}
	if (json_object_equal(expected, actual))
		return true;
	gw_buf_addf(where, "expected %s, got %s", json_object_to_json_string(expected),
		    json_object_to_json_string(actual));
	return false;
}

static bool status_matches(struct json_object *allowed, int status)
{
	for (size_t i = 0; i < json_object_array_length(allowed); i++) {
		if (json_object_get_int(json_object_array_get_idx(allowed, i)) == status)
			return true;
	}
	return false;
}

/* [type, loc] where loc is a list, or the one word of a loc whose offset does not matter. */
static bool error_matches(struct json_object *expected, struct json_object *actual)
{
	struct json_object *loc = json_object_array_get_idx(expected, 1);
	struct json_object *actual_loc = member(actual, "loc");

	if (!json_object_equal(json_object_array_get_idx(expected, 0), member(actual, "type")))
		return false;
	if (json_object_is_type(loc, json_type_array))
		return json_object_equal(loc, actual_loc);
	return json_object_equal(loc, json_object_array_get_idx(actual_loc, 0));
}

static bool errors_match(struct json_object *expected, struct json_object *body, struct gw_buf *why)
{
	struct json_object *detail = member(body, "detail");

	if (!json_object_is_type(detail, json_type_array) ||
	    json_object_array_length(detail) != json_object_array_length(expected)) {
		gw_buf_addf(why, "another list of errors: %s", json_object_to_json_string(body));
		return false;
	}
	for (size_t i = 0; i < json_object_array_length(expected); i++) {
		if (!error_matches(json_object_array_get_idx(expected, i),
				   json_object_array_get_idx(detail, i))) {
			gw_buf_addf(why, "another error at [%zu]: %s", i,
				    json_object_to_json_string(body));
			return false;
		}
	}
	return true;
}

static bool fields_match(struct json_object *expected, struct json_object *body, struct gw_buf *why)
{
	size_t i = 0;

	json_object_object_foreach(body, name, value)
	{
		(void)value;
		if (i < json_object_array_length(expected) &&
		    strcmp(name, json_object_get_string(json_object_array_get_idx(expected, i))) !=
			    0) {
			gw_buf_addf(why, "field %zu is %s", i, name);
			return false;
		}
		i++;
	}
	if (i < json_object_array_length(expected)) {
		gw_buf_addf(why, "only %zu fields", i);
		return false;
	}
	return true;
}

/* True if one of the header lines is `name: value`, whatever the case of the name. */
static bool has_header(const char *lines, const char *name, const char *value)
{
	size_t name_len = strlen(name);
	size_t value_len = strlen(value);

	for (const char *line = lines; line != NULL && *line != '\0';) {
		const char *end = strstr(line, "\r\n");
		size_t len = end != NULL ? (size_t)(end - line) : strlen(line);

		if (len == name_len + 2 + value_len && strncasecmp(line, name, name_len) == 0 &&
		    strncmp(line + name_len, ": ", 2) == 0 &&
		    strncmp(line + name_len + 2, value, value_len) == 0)
			return true;
		line = end != NULL ? end + 2 : NULL;
	}
	return false;
}

static bool headers_match(struct json_object *expected, const char *lines, struct gw_buf *why)
{
	json_object_object_foreach(expected, name, value)
	{
		if (!has_header(lines, name, json_object_get_string(value))) {
			gw_buf_addf(why, "no header %s: %s in %s", name,
				    json_object_get_string(value), lines != NULL ? lines : "none");
			return false;
		}
	}
	return true;
}

static bool answer_matches(struct json_object *expect, const struct gw_case_answer *answer,
			   bool without_body, struct gw_buf *why)
{
	struct json_object *body = NULL;
	struct json_object *want = NULL;
	bool ok = false;

	if (!status_matches(member(expect, "status"), answer->status)) {
		gw_buf_addf(why, "status %d, body %s", answer->status, answer->body);
		return false;
	}
	if ((want = member(expect, "headers")) != NULL &&
	    !headers_match(want, answer->headers, why))
		return false;
	if (without_body)
		return true;
	/* 202 of a notification: there is nothing to say */
	if (answer->status == 202 && answer->body[0] == '\0')
		return member(expect, "body") == NULL;
	if (!gw_utf8_valid(gw_str(answer->body))) {
		gw_buf_addf(why, "the body is not UTF-8: %s", answer->body);
		return false;
	}
	body = json_tokener_parse(answer->body);
	if (body == NULL) {
		gw_buf_addf(why, "the body is not JSON: %s", answer->body);
		return false;
	}
	ok = (want = member(expect, "body")) == NULL || same(want, body, why);
	ok = ok && ((want = member(expect, "errors")) == NULL || errors_match(want, body, why));
	ok = ok && ((want = member(expect, "fields")) == NULL || fields_match(want, body, why));
	json_object_put(body);
	return ok;
}

static void answer_release(struct gw_case_answer *answer)
{
	free(answer->headers);
	free(answer->body);
	*answer = (struct gw_case_answer){.body = NULL};
}

static void send_request(struct json_object *request, gw_case_transport *transport, void *arg,
			 struct gw_case_answer *ret_answer)
{
	struct json_object *body = member(request, "body");
	struct json_object *pad = member(request, "pad");
	struct gw_buf text;

	gw_buf_init(&text, MAX_REQUEST_BODY);
	if (body != NULL)
		gw_buf_add(&text, json_object_get_string(body),
			   (size_t)json_object_get_string_len(body));
	for (int i = 0; pad != NULL && i < json_object_get_int(pad); i++)
		gw_buf_add_char(&text, ' ');
	transport(arg, string_member(request, "method"), string_member(request, "path"),
		  member(request, "headers"), gw_buf_str(&text), ret_answer);
	gw_buf_release(&text);
}

static bool effects_hold(struct json_object *after, const char *conninfo, struct gw_buf *why)
{
	for (size_t i = 0; after != NULL && i < json_object_array_length(after); i++) {
		struct json_object *check = json_object_array_get_idx(after, i);
		const char *query = json_object_get_string(json_object_array_get_idx(check, 0));
		const char *expected = json_object_get_string(json_object_array_get_idx(check, 1));
		char *value = NULL;
		bool ok = true;

		if (!gw_test_platform_allows(conninfo, query))
			continue;
		value = gw_test_value(conninfo, query);
		ok = strcmp(value, expected) == 0;

		if (!ok)
			gw_buf_addf(why, "%s: expected '%s', got '%s'", query, expected, value);
		free(value);
		if (!ok)
			return false;
	}
	return true;
}

bool gw_case_run(struct json_object *item, const char *conninfo, gw_case_transport *transport,
		 void *arg, struct gw_buf *why)
{
	struct json_object *setup = member(item, "setup");
	struct json_object *before = member(item, "before");
	struct gw_case_answer answer = {.body = NULL};
	bool ok = false;

	for (size_t i = 0; setup != NULL && i < json_object_array_length(setup); i++) {
		const char *sql = json_object_get_string(json_object_array_get_idx(setup, i));

		if (!gw_test_platform_allows(conninfo, sql)) {
			gw_buf_addf(why, "cannot be: %s", sql);
			return true;
		}
		gw_test_sql(conninfo, sql);
	}
	for (size_t i = 0; before != NULL && i < json_object_array_length(before); i++) {
		send_request(json_object_array_get_idx(before, i), transport, arg, &answer);
		answer_release(&answer);
	}
	send_request(member(item, "request"), transport, arg, &answer);
	/* the answer to HEAD has no body on the wire, and handlers that are called directly know nothing of that */
	ok = answer_matches(member(item, "expect"), &answer,
			    strcmp(string_member(member(item, "request"), "method"), "HEAD") == 0,
			    why) &&
	     effects_hold(member(item, "after"), conninfo, why);
	answer_release(&answer);
	return ok;
}
