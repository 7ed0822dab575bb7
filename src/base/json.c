/* SPDX-License-Identifier: ISC */
/*
 * json.c: trees out of JSON texts by way of json_check.c and json-c, and JSON texts written onto buffers.
 *
 * The writer does not use json-c: answers are written field by field in the protocol's order.
 */
#include "base/json.h"

#include "base/alloc.h"
#include "base/text.h"
#include "base/json_check.h"

#include <json-c/json.h>

#include <errno.h>
#include <limits.h>
#include <string.h>

struct json_object *gw_json_tokenize(struct json_tokener *tokener, const char *data, int len)
{
	struct json_object *value = NULL;

	/* malloc()'s mark, which reading a number wipes out */
	errno = 0;
	value = json_tokener_parse_ex(tokener, data, len);
	if (errno == ENOMEM)
		gw_out_of_memory((size_t)len);
	return value;
}

enum gw_err gw_json_parse(struct gw_str text, struct gw_json_error *ret_error,
			  struct json_object **ret_value)
{
	struct json_tokener *tokener = NULL;
	struct json_object *value = NULL;
	char *copy = NULL;
	enum gw_err err;

	*ret_error = (struct gw_json_error){0, "Expecting value"};
	if (text.len == 0)
		return GW_INVALID;
	if (text.len >= INT_MAX) {
		ret_error->message = "Too long";
		return GW_TOO_LARGE;
	}
	if (!gw_utf8_valid(text)) {
		ret_error->message = "Not UTF-8";
		return GW_TOO_LARGE;
	}
	copy = gw_xmalloc(text.len + 1);
	memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	err = gw_json_check(text, copy, ret_error);
	if (err != GW_OK)
		goto out;
	/* one level for the text itself; the NUL tells json-c that a number at the end has ended */
	tokener = json_tokener_new_ex(GW_JSON_MAX_DEPTH + 2);
	if (!tokener)
		gw_out_of_memory(text.len);
	value = gw_json_tokenize(tokener, copy, (int)text.len + 1);
	if (json_tokener_get_error(tokener) != json_tokener_success) {
		/* json-c refuses what the checker let pass: to the client it is no JSON all the same */
		json_object_put(value);
		ret_error->offset = json_tokener_get_parse_end(tokener);
		err = GW_INVALID;
		goto out;
	}
	*ret_value = value;
out:
	if (tokener)
		json_tokener_free(tokener);
	free(copy);
	return err;
}

/* json-c's readers take a pointer to non-const although they change nothing that shows. */
static struct json_object *mutable_value(const struct json_object *value)
{
	union {
		const struct json_object *in;
		struct json_object *out;
	} cast = {.in = value};

	return cast.out;
}

struct gw_str gw_json_string(const struct json_object *value)
{
	struct json_object *string = mutable_value(value);
	const char *data = json_object_get_string(string);
	int len = json_object_get_string_len(string);

	return data && len >= 0 ? (struct gw_str){data, (size_t)len} : GW_STR_NULL;
}

bool gw_json_storable(struct gw_str text)
{
	return text.len == 0 || !memchr(text.data, '\0', text.len);
}

static void add_escaped(struct gw_buf *out, struct gw_str text)
{
	static const char hex[] = "0123456789abcdef";
	const char *run = text.data;
	const char *end = text.data + text.len;
	const char *at;

	for (at = run; at < end; at++) {
		unsigned char byte = (unsigned char)*at;
		char escape[6] = {'\\', 'u', '0', '0', 0, 0};
		size_t len = 2;

		if (byte >= 0x20 && byte != '"' && byte != '\\')
			continue;
		switch (byte) {
		case '"':
		case '\\':
			escape[1] = (char)byte;
			break;
		case '\b':
			escape[1] = 'b';
			break;
		case '\f':
			escape[1] = 'f';
			break;
		case '\n':
			escape[1] = 'n';
			break;
		case '\r':
			escape[1] = 'r';
			break;
		case '\t':
			escape[1] = 't';
			break;
		default:
			escape[4] = hex[byte >> 4];
			escape[5] = hex[byte & 15];
			len = 6;
		}
		gw_buf_add(out, run, (size_t)(at - run));
		gw_buf_add(out, escape, len);
		run = at + 1;
	}
	gw_buf_add(out, run, (size_t)(end - run));
}

void gw_json_add_string(struct gw_buf *out, struct gw_str text)
{
	if (!text.data) {
		gw_buf_add(out, "null", 4);
		return;
	}
	gw_buf_add_char(out, '"');
	if (text.len == 0) {
		/* nothing between the quotes */
	} else if (gw_utf8_valid(text)) {
		add_escaped(out, text);
	} else {
		struct gw_buf repaired;

		/* a broken byte becomes three */
		gw_buf_init(&repaired, text.len * 3);
		gw_utf8_repair(&repaired, text);
		add_escaped(out, gw_buf_str(&repaired));
		gw_buf_release(&repaired);
	}
	gw_buf_add_char(out, '"');
}

void gw_json_add_string_c(struct gw_buf *out, const char *text)
{
	gw_json_add_string(out, gw_str(text));
}

void gw_json_add_uuid(struct gw_buf *out, const struct gw_uuid *uuid)
{
	char text[GW_UUID_TEXT_SIZE];

	if (!uuid) {
		gw_buf_add(out, "null", 4);
		return;
	}
	gw_buf_add_char(out, '"');
	gw_buf_add(out, gw_uuid_format(uuid, text), GW_UUID_TEXT_SIZE - 1);
	gw_buf_add_char(out, '"');
}

void gw_json_add_time(struct gw_buf *out, int64_t time)
{
	gw_buf_add_char(out, '"');
	gw_time_format(out, time);
	gw_buf_add_char(out, '"');
}

void gw_json_add_int(struct gw_buf *out, int64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		digits[--at] = '-';
	gw_buf_add(out, digits + at, sizeof(digits) - at);
}

void gw_json_add_bool(struct gw_buf *out, bool value)
{
	gw_buf_add_c(out, value ? "true" : "false");
}

void gw_json_add_comma(struct gw_buf *out)
{
	if (out->len && out->data[out->len - 1] != '{' && out->data[out->len - 1] != '[')
		gw_buf_add_char(out, ',');
}

void gw_json_add_name(struct gw_buf *out, const char *name)
{
	gw_json_add_comma(out);
	gw_json_add_string_c(out, name);
	gw_buf_add_char(out, ':');
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as GW_JSON_MAX_DEPTH */
static void add_value(struct gw_buf *out, struct json_object *value, unsigned depth)
{
	struct json_object_iter member;
	size_t i;

	if (depth > GW_JSON_MAX_DEPTH)
		value = NULL;
	/* a buffer that is full takes no more: the rest of a large tree need not be visited */
	if (gw_buf_overflowed(out))
		return;
	switch (json_object_get_type(value)) {
	case json_type_object:
		gw_buf_add_char(out, '{');
		json_object_object_foreachC(value, member)
		{
			gw_json_add_name(out, member.key);
			add_value(out, member.val, depth + 1);
			if (gw_buf_overflowed(out))
				return;
		}
		gw_buf_add_char(out, '}');
		return;
	case json_type_array:
		gw_buf_add_char(out, '[');
		for (i = 0; i < json_object_array_length(value) && !gw_buf_overflowed(out); i++) {
			gw_json_add_comma(out);
			add_value(out, json_object_array_get_idx(value, i), depth + 1);
		}
		gw_buf_add_char(out, ']');
		return;
	case json_type_string:
		gw_json_add_string(out, gw_json_string(value));
		return;
	case json_type_null:
	case json_type_boolean:
	case json_type_int:
	case json_type_double:
		gw_buf_add_c(out,
			     value ? json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN)
				   : "null");
		return;
	}
}

void gw_json_add_value(struct gw_buf *out, const struct json_object *value)
{
	add_value(out, mutable_value(value), 0);
}
