/* SPDX-License-Identifier: ISC */
/*
 * argument.c: see argument.h.
 */
#include "mcp/argument.h"

#include "base/text.h"

#include <json-c/json.h>

#include <inttypes.h>
#include <string.h>

#define NUMBER_MAX 24
#define SHOWN_MAX 80 /* bytes of a wrong name that a sentence repeats */

void gw_mcp_order_init(struct gw_mcp_order *order, size_t max)
{
	gw_buf_init(&order->path, max);
	gw_buf_init(&order->query, max);
	gw_buf_init(&order->body, max);
}

void gw_mcp_order_release(struct gw_mcp_order *order)
{
	gw_buf_release(&order->path);
	gw_buf_release(&order->query);
	gw_buf_release(&order->body);
}

/* Percent-encodes all but the unreserved characters (RFC 3986, 2.3). */
static void add_encoded(struct gw_buf *out, struct gw_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL);

		if (plain)
			gw_buf_add_char(out, (char)c);
		else
			gw_buf_addf(out, "%%%02X", c);
	}
}

static void add_query(struct gw_mcp_order *order, const char *name, struct gw_str value)
{
	if (order->query.len > 0)
		gw_buf_add_char(&order->query, '&');
	gw_buf_addf(&order->query, "%s=", name);
	add_encoded(&order->query, value);
}

/* A whole number, also as a text or as 5.0. */
static bool number_of(struct json_object *value, int64_t *ret_number)
{
	if (json_object_is_type(value, json_type_int)) {
		*ret_number = json_object_get_int64(value);
		return true;
	}
	if (json_object_is_type(value, json_type_double)) {
		double number = json_object_get_double(value);

		if (!(number >= -1e9 && number <= 1e9) || number != (double)(int64_t)number)
			return false;
		*ret_number = (int64_t)number;
		return true;
	}
	return json_object_is_type(value, json_type_string) &&
	       gw_parse_int64(gw_str_trim(gw_json_string(value)), INT64_MIN, INT64_MAX, ret_number);
}

static bool boolean_of(struct json_object *value, bool *ret_boolean)
{
	struct gw_str text = GW_STR_NULL;

	if (json_object_is_type(value, json_type_boolean)) {
		*ret_boolean = json_object_get_boolean(value) != 0;
		return true;
	}
	if (!json_object_is_type(value, json_type_string))
		return false;
	text = gw_json_string(value);
	*ret_boolean = gw_str_equal_c(text, "true");
	return *ret_boolean || gw_str_equal_c(text, "false");
}

static void put_text(const struct gw_mcp_argument *argument, struct json_object *value,
		     struct gw_mcp_order *order)
{
	switch (argument->place) {
	case GW_MCP_PATH:
		gw_buf_add_str(&order->path, gw_json_string(value));
		break;
	case GW_MCP_QUERY:
		add_query(order, argument->as, gw_json_string(value));
		break;
	case GW_MCP_BODY:
	case GW_MCP_FLAG:
		gw_json_add_name(&order->body, argument->as);
		gw_json_add_value(&order->body, value);
		break;
	}
}

static void put_number(const struct gw_mcp_argument *argument, int64_t number,
		       struct gw_mcp_order *order)
{
	struct gw_buf digits;

	gw_buf_init(&digits, NUMBER_MAX);
	gw_buf_addf(&digits, "%" PRId64, number);
	add_query(order, argument->as, gw_buf_str(&digits));
	gw_buf_release(&digits);
}

static void put_boolean(const struct gw_mcp_argument *argument, bool boolean,
			struct gw_mcp_order *order)
{
	if (argument->place == GW_MCP_FLAG) {
		if (boolean) {
			gw_json_add_comma(&order->body);
			gw_buf_add_c(&order->body, argument->as);
		}
	} else {
		gw_json_add_name(&order->body, argument->as);
		gw_json_add_bool(&order->body, boolean);
	}
}

static bool put(const char *tool, const struct gw_mcp_argument *argument, struct json_object *value,
		struct gw_mcp_order *order, struct gw_buf *sentence)
{
	int64_t number = argument->value;
	struct gw_uuid uuid;
	bool boolean = false;

	switch (argument->type) {
	case GW_MCP_UUID:
		if (value != NULL && (!json_object_is_type(value, json_type_string) ||
				      !gw_uuid_parse(gw_json_string(value), &uuid))) {
			gw_buf_addf(sentence,
				    "%s: %s has to be an id as it was given to you, 32 hexadecimal "
				    "digits in five groups.",
				    tool, argument->name);
			return false;
		}
		if (value != NULL)
			put_text(argument, value, order);
		return true;
	case GW_MCP_TEXT:
		if (value != NULL && !json_object_is_type(value, json_type_string)) {
			gw_buf_addf(sentence, "%s: %s has to be a text in double quotes.", tool,
				    argument->name);
			return false;
		}
		if (value != NULL)
			put_text(argument, value, order);
		return true;
	case GW_MCP_NUMBER:
		if ((value != NULL && !number_of(value, &number)) || number < argument->min ||
		    number > argument->max) {
			gw_buf_addf(sentence,
				    "%s: %s has to be a whole number from %" PRId64 " to %" PRId64
				    ".",
				    tool, argument->name, argument->min, argument->max);
			return false;
		}
		put_number(argument, number, order);
		return true;
	case GW_MCP_BOOLEAN:
		if (value != NULL && !boolean_of(value, &boolean)) {
			gw_buf_addf(sentence, "%s: %s has to be true or false.", tool,
				    argument->name);
			return false;
		}
		if (value != NULL)
			put_boolean(argument, boolean, order);
		return true;
	}
	return false;
}

/* "It takes message_id, result, in_progress (may be left out)." */
static void add_known(struct gw_buf *sentence, const struct gw_mcp_argument *known, size_t count)
{
	gw_buf_add_c(sentence, " It takes ");
	for (size_t i = 0; i < count; i++)
		gw_buf_addf(sentence, "%s%s%s", i > 0 ? ", " : "", known[i].name,
			    known[i].required ? "" : " (may be left out)");
	gw_buf_add_char(sentence, '.');
}

static bool names_are_known(const char *tool, struct json_object *arguments,
			    const struct gw_mcp_argument *known, size_t count,
			    struct gw_buf *sentence)
{
	struct json_object_iter member;

	if (arguments == NULL)
		return true;
	json_object_object_foreachC(arguments, member)
	{
		struct gw_str name = gw_utf8_cut(gw_str(member.key), SHOWN_MAX);
		size_t i = 0;

		while (i < count && strcmp(known[i].name, member.key) != 0)
			i++;
		if (i < count)
			continue;
		gw_buf_addf(sentence, "%s has no argument \"%.*s\".", tool, (int)name.len,
			    name.data);
		add_known(sentence, known, count);
		return false;
	}
	return true;
}

bool gw_mcp_arguments_read(const char *tool, struct json_object *arguments,
			   const struct gw_mcp_argument *known, size_t count,
			   struct gw_mcp_order *order, struct gw_buf *sentence)
{
	if (arguments != NULL && !json_object_is_type(arguments, json_type_object)) {
		gw_buf_addf(sentence, "%s: the arguments have to be an object.", tool);
		add_known(sentence, known, count);
		return false;
	}
	gw_buf_add_char(&order->body, '{');
	for (size_t i = 0; i < count; i++) {
		struct json_object *value = NULL;

		if (arguments != NULL)
			(void)json_object_object_get_ex(arguments, known[i].name, &value);
		if (value == NULL && known[i].required) {
			gw_buf_addf(sentence, "%s needs %s, %s.", tool, known[i].name,
				    known[i].what);
			add_known(sentence, known, count);
			return false;
		}
		if (!put(tool, &known[i], value, order, sentence))
			return false;
	}
	gw_buf_add_char(&order->body, '}');
	return names_are_known(tool, arguments, known, count, sentence);
}
