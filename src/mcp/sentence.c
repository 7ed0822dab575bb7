/* SPDX-License-Identifier: ISC */
/*
 * sentence.c: see sentence.h. The form of the errors is that of http/response.h and http/invalid.h.
 */
#include "mcp/sentence.h"

#include "base/json.h"
#include "base/text.h"
#include "mcp/rpc.h"

#include <json-c/json.h>

#include <string.h>

#define RETRY_AFTER "Retry-After: "

static void add_part(struct gw_buf *out, struct gw_str text)
{
	if (text.len == 0)
		return;
	if (out->len > 0)
		gw_buf_add_c(out, strchr(".?!", out->data[out->len - 1]) != NULL ? " " : ". ");
	gw_buf_add_str(out, text);
}

/* One error of a list: the field, and what is wrong with it. */
static void add_invalid(struct gw_buf *out, struct json_object *error)
{
	struct json_object *loc = gw_rpc_member(error, "loc");
	size_t count =
		json_object_is_type(loc, json_type_array) ? json_object_array_length(loc) : 0;
	struct json_object *field = count > 1 ? json_object_array_get_idx(loc, count - 1) : NULL;
	struct gw_buf part;

	gw_buf_init(&part, 4096);
	if (json_object_is_type(field, json_type_string)) {
		gw_buf_add_str(&part, gw_json_string(field));
		gw_buf_add_c(&part, ": ");
	}
	gw_buf_add_str(&part, gw_rpc_text(error, "msg"));
	add_part(out, gw_buf_str(&part));
	gw_buf_release(&part);
}

static void add_candidates(struct gw_buf *out, struct json_object *candidates)
{
	struct gw_buf part;

	if (!json_object_is_type(candidates, json_type_array) ||
	    json_object_array_length(candidates) == 0)
		return;
	gw_buf_init(&part, 65536);
	gw_buf_add_c(&part, "Names that may be meant: ");
	for (size_t i = 0; i < json_object_array_length(candidates); i++) {
		if (i > 0)
			gw_buf_add_c(&part, ", ");
		gw_json_add_value(&part, json_object_array_get_idx(candidates, i));
	}
	add_part(out, gw_buf_str(&part));
	gw_buf_release(&part);
}

static void add_detail(struct gw_buf *out, struct json_object *detail)
{
	if (json_object_is_type(detail, json_type_string)) {
		add_part(out, gw_json_string(detail));
	} else if (json_object_is_type(detail, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(detail); i++)
			add_invalid(out, json_object_array_get_idx(detail, i));
	} else {
		add_part(out, gw_rpc_text(detail, "message"));
		add_candidates(out, gw_rpc_member(detail, "candidates"));
	}
}

/* The seconds of the header, if there is one. */
static void add_retry_after(struct gw_buf *out, const struct gw_buf *headers)
{
	const char *line = headers->len > 0 ? strstr(headers->data, RETRY_AFTER) : NULL;
	struct gw_buf part;

	if (line == NULL)
		return;
	line += strlen(RETRY_AFTER);
	gw_buf_init(&part, 256);
	gw_buf_addf(&part, "Try again in %.*s seconds", (int)strspn(line, "0123456789"), line);
	add_part(out, gw_buf_str(&part));
	gw_buf_release(&part);
}

void gw_mcp_add_sentence(struct gw_buf *out, const struct gw_response *response)
{
	struct json_object *body = NULL;
	struct gw_json_error error;

	if (gw_json_parse(gw_buf_str(&response->body), &error, &body) == GW_OK) {
		add_detail(out, gw_rpc_member(body, "detail"));
		add_candidates(out, gw_rpc_member(body, "candidates"));
		add_part(out, gw_rpc_text(body, "hint"));
		json_object_put(body);
	}
	if (out->len == 0)
		gw_buf_add_c(out, "The gateway refused this");
	add_retry_after(out, &response->headers);
	if (strchr(".?!", out->data[out->len - 1]) == NULL)
		gw_buf_add_char(out, '.');
}
