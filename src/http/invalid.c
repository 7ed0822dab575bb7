/* SPDX-License-Identifier: ISC */
/*
 * invalid.c: see invalid.h.
 */
#include "http/invalid.h"

#include "base/json.h"
#include "base/text.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>

#define MAX_INPUT 4096
#define MAX_LIST (64 * 1024)

void gw_invalid_init(struct gw_invalid *invalid)
{
	gw_buf_init(&invalid->list, MAX_LIST);
	invalid->count = 0;
	invalid->hint[0] = '\0';
}

void gw_invalid_release(struct gw_invalid *invalid)
{
	gw_buf_release(&invalid->list);
}

bool gw_invalid_any(const struct gw_invalid *invalid)
{
	return invalid->count != 0;
}

enum gw_err gw_invalid_respond(struct gw_invalid *invalid, struct gw_response *response)
{
	/* as an error response it gets room, whatever the configured maximum; then the list takes its place */
	enum gw_err err = gw_response_default(response, GW_INVALID);

	if (response->body.max < MAX_LIST + 64)
		response->body.max = MAX_LIST + 64;
	gw_buf_reset(&response->body);
	gw_buf_add_c(&response->body, "{\"detail\":[");
	gw_buf_add_str(&response->body, gw_buf_str(&invalid->list));
	gw_buf_add_c(&response->body, "]}");
	if (invalid->hint[0] != '\0')
		gw_response_hint(response, "%s", invalid->hint);
	return err;
}

void gw_invalid_hint(struct gw_invalid *invalid, const char *fmt, ...)
{
	struct gw_str cut = GW_STR_NULL;
	va_list args;

	if (invalid->hint[0] != '\0')
		return;
	va_start(args, fmt);
	(void)vsnprintf(invalid->hint, sizeof(invalid->hint), fmt, args);
	va_end(args);
	/* names of the body's members may have been cut in the middle of a character */
	cut = gw_utf8_cut(gw_str(invalid->hint), sizeof(invalid->hint) - 4);
	invalid->hint[cut.len] = '\0';
}

/* A JSON text that stands for one too long to repeat: the beginning of a string, a remark for anything else. */
static void add_input(struct gw_buf *out, struct gw_str input)
{
	struct gw_json_error ignored;
	struct json_object *value = NULL;

	if (input.len <= MAX_INPUT) {
		gw_buf_add_str(out, input);
		return;
	}
	if (input.data[0] == '"' && gw_json_parse(input, &ignored, &value) == GW_OK) {
		gw_json_add_string(out, gw_utf8_cut(gw_json_string(value), MAX_INPUT / 6));
		json_object_put(value);
		return;
	}
	gw_buf_add_c(out, "\"(too long to repeat)\"");
}

void gw_invalid_add(struct gw_invalid *invalid, const char *type, const char *where,
		    const char *field, const char *msg, struct gw_str input, const char *ctx)
{
	struct gw_buf *list = &invalid->list;

	/* a list that is full stays well-formed: MAX_LIST holds a dozen errors of the largest kind */
	if (list->max - list->len < (size_t)2 * MAX_INPUT)
		return;
	if (invalid->count++)
		gw_buf_add_char(list, ',');
	gw_buf_add_c(list, "{\"type\":");
	gw_json_add_string_c(list, type);
	gw_buf_add_c(list, ",\"loc\":[");
	gw_json_add_string_c(list, where);
	if (field) {
		gw_buf_add_char(list, ',');
		gw_json_add_string_c(list, field);
	}
	gw_buf_add_c(list, "],\"msg\":");
	gw_json_add_string_c(list, msg);
	gw_buf_add_c(list, ",\"input\":");
	add_input(list, input);
	if (ctx) {
		gw_buf_add_c(list, ",\"ctx\":");
		gw_buf_add_c(list, ctx);
	}
	gw_buf_add_char(list, '}');
}

void gw_invalid_add_text(struct gw_invalid *invalid, const char *type, const char *where,
			 const char *field, const char *msg, struct gw_str text, const char *ctx)
{
	struct gw_buf input;

	gw_buf_init(&input, (size_t)8 * MAX_INPUT);
	gw_json_add_string(&input, gw_utf8_cut(text, MAX_INPUT / 6));
	gw_invalid_add(invalid, type, where, field, msg, gw_buf_str(&input), ctx);
	gw_buf_release(&input);
}

void gw_invalid_add_value(struct gw_invalid *invalid, const char *type, const char *field,
			  const char *msg, struct json_object *value, const char *ctx)
{
	struct gw_buf input;

	if (json_object_is_type(value, json_type_string)) {
		struct gw_str text = gw_json_string(value);

		if (text.len <= MAX_INPUT / 6) {
			gw_invalid_add_text(invalid, type, "body", field, msg, text, ctx);
			return;
		}
	}
	gw_buf_init(&input, MAX_INPUT);
	gw_json_add_value(&input, value);
	if (gw_buf_overflowed(&input)) {
		gw_buf_reset(&input);
		if (json_object_is_type(value, json_type_string))
			gw_json_add_string(&input,
					   gw_utf8_cut(gw_json_string(value), MAX_INPUT / 6));
		else
			gw_buf_add_c(&input, "\"(too long to repeat)\"");
	}
	gw_invalid_add(invalid, type, "body", field, msg, gw_buf_str(&input), ctx);
	gw_buf_release(&input);
}
