/* SPDX-License-Identifier: ISC */
/*
 * validate.c: reads the fields of a request, and says of each that is wrong what pydantic 2 would say.
 *
 * The kinds of error, their fields and their order are the contract (see validate.h); what a text means is for
 * the handlers.
 */
#include "http/validate.h"

#include "base/json_hint.h"
#include "base/text.h"

#include <json-c/json.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAX_QUERY_UUID 256
#define MAX_QUERY_INT 64

#define ONE_ID "\"%s\" names one thing: make a request of its own for each id."

static const char missing_msg[] = "Field required";

struct gw_str gw_field_header(const struct gw_request *request, const char *name,
			      struct gw_invalid *invalid)
{
	struct gw_str value = gw_request_header(request, name);

	if (!value.data) {
		gw_invalid_add(invalid, "missing", "header", name, missing_msg, GW_STR_LIT("null"),
			       NULL);
		gw_invalid_hint(invalid, "The request needs the header %s.", name);
	}
	return value;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Why a text is no UUID, for people. Positions count characters from 1. */
static void describe_uuid(struct gw_buf *out, struct gw_str text)
{
	static const char prefix[] = "urn:uuid:";
	size_t skip = 0;
	size_t digits = 0;
	size_t i;

	if (text.len >= sizeof(prefix) - 1 && memcmp(text.data, prefix, sizeof(prefix) - 1) == 0)
		skip = sizeof(prefix) - 1;
	else if (text.len >= 2 && text.data[0] == '{' && text.data[text.len - 1] == '}')
		text = (struct gw_str){text.data + 1, text.len - 2};
	for (i = skip; i < text.len; i++) {
		struct gw_str found = {text.data + i, 1};

		if (is_hex(text.data[i])) {
			digits++;
			continue;
		}
		if (text.data[i] == '-')
			continue;
		while (i + found.len < text.len &&
		       ((unsigned char)text.data[i + found.len] & 0xc0) == 0x80)
			found.len++;
		gw_buf_add_c(out, "invalid character: expected an optional prefix of `urn:uuid:` "
				  "followed by [0-9a-fA-F-], found `");
		gw_buf_add_str(out, found);
		gw_buf_addf(out, "` at %zu", gw_utf8_length((struct gw_str){text.data, i}) + 1);
		return;
	}
	if (digits != 32)
		gw_buf_addf(out, "invalid length: expected 32 hexadecimal digits, found %zu",
			    digits);
	else
		gw_buf_add_c(out, "invalid groups: expected 8-4-4-4-12 digits");
}

static void describe_bad_uuid(struct gw_str text, struct gw_buf *msg, struct gw_buf *ctx)
{
	struct gw_buf reason;

	gw_buf_init(&reason, 512);
	describe_uuid(&reason, text);
	gw_buf_add_c(msg, "Input should be a valid UUID, ");
	gw_buf_add_str(msg, gw_buf_str(&reason));
	gw_buf_add_c(ctx, "{\"error\":");
	gw_json_add_string(ctx, gw_buf_str(&reason));
	gw_buf_add_char(ctx, '}');
	gw_buf_release(&reason);
}

static bool uuid_text(const char *where, const char *name, struct gw_str text,
		      struct gw_invalid *invalid, struct gw_uuid *ret)
{
	struct gw_buf msg;
	struct gw_buf ctx;

	if (gw_uuid_parse(text, ret))
		return true;
	gw_buf_init(&msg, 1024);
	gw_buf_init(&ctx, 4096);
	describe_bad_uuid(text, &msg, &ctx);
	gw_invalid_add_text(invalid, "uuid_parsing", where, name, msg.data, text, ctx.data);
	if (strcmp(where, "path") == 0)
		gw_invalid_hint(invalid, "Put the id of the %.*s into the path in place of {%s}.",
				(int)(strlen(name) - strlen("_id")), name, name);
	gw_buf_release(&msg);
	gw_buf_release(&ctx);
	return false;
}

bool gw_field_path_uuid(const struct gw_request *request, const char *name,
			struct gw_invalid *invalid, struct gw_uuid *ret)
{
	return uuid_text("path", name, request->path_param, invalid, ret);
}

bool gw_field_query_uuid(const struct gw_request *request, const char *name,
			 struct gw_invalid *invalid, struct gw_uuid *ret)
{
	struct gw_buf storage;
	struct gw_str text;
	bool present = false;

	gw_buf_init(&storage, MAX_QUERY_UUID);
	text = gw_request_query(request, name, &storage);
	if (text.data != NULL)
		present = uuid_text("query", name, text, invalid, ret);
	gw_buf_release(&storage);
	return present;
}

/* Whether an integer too long for int64_t lies below zero; false in *ret_valid if it is no integer. */
static bool is_negative(struct gw_str text, bool *ret_valid)
{
	bool negative = text.len && text.data[0] == '-';
	size_t i = text.len && (text.data[0] == '-' || text.data[0] == '+') ? 1 : 0;

	*ret_valid = i < text.len;
	for (; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			*ret_valid = false;
	}
	return negative;
}

int64_t gw_field_query_int(const struct gw_request *request, const char *name, int64_t min,
			   int64_t max, int64_t value, struct gw_invalid *invalid)
{
	struct gw_buf storage;
	struct gw_str text;
	struct gw_str number;
	char msg[96];
	char ctx[48];
	int64_t parsed;
	bool is_integer;
	bool below;

	gw_buf_init(&storage, MAX_QUERY_INT);
	text = gw_request_query(request, name, &storage);
	if (!text.data)
		goto out;
	number = gw_str_trim(text);
	below = is_negative(number, &is_integer);
	if (!is_integer) {
		gw_invalid_add_text(
			invalid, "int_parsing", "query", name,
			"Input should be a valid integer, unable to parse string as an integer",
			text, NULL);
		goto hint;
	}
	if (gw_parse_int64(number, INT64_MIN, INT64_MAX, &parsed)) {
		if (parsed >= min && parsed <= max) {
			value = parsed;
			goto out;
		}
		below = parsed < min;
	}
	(void)snprintf(msg, sizeof(msg), "Input should be %s than or equal to %" PRId64,
		       below ? "greater" : "less", below ? min : max);
	(void)snprintf(ctx, sizeof(ctx), "{\"%s\":%" PRId64 "}", below ? "ge" : "le",
		       below ? min : max);
	gw_invalid_add_text(invalid, below ? "greater_than_equal" : "less_than_equal", "query",
			    name, msg, text, ctx);
hint:
	gw_invalid_hint(invalid, "\"%s\" has to be a whole number from %" PRId64 " to %" PRId64 ".",
			name, min, max);
out:
	gw_buf_release(&storage);
	return value;
}

static enum gw_err respond_not_json(struct gw_response *response, struct gw_str text,
				    const struct gw_json_error *error)
{
	enum gw_err err = gw_response_default(response, GW_INVALID);
	struct gw_buf *body = &response->body;

	gw_buf_reset(body);
	gw_buf_addf(body,
		    "{\"detail\":[{\"type\":\"json_invalid\",\"loc\":[\"body\",%zu],\"msg\":\"JSON "
		    "decode error\",",
		    error->offset);
	gw_buf_add_c(body, "\"input\":{},\"ctx\":{\"error\":");
	gw_json_add_string_c(body, error->message);
	gw_buf_add_c(body, ",\"hint\":");
	gw_json_add_string_c(body, gw_json_hint(text, error));
	gw_buf_add_c(body, "}}]}");
	return err;
}

static enum gw_err respond_not_readable(struct gw_response *response, struct gw_str text)
{
	enum gw_err err = gw_response_error_status(response, GW_INVALID, 400,
						   "There was an error parsing the body");

	gw_response_hint(
		response, "%s",
		gw_utf8_valid(text)
			? "The body is nested too deeply or has too many elements: send a flat "
			  "object."
			: "The body is not UTF-8: save it as UTF-8 and send it with "
			  "--data-binary @file.");
	return err;
}

/* A body that is JSON, but no object. */
static void hint_at_object(struct gw_invalid *invalid, struct json_object *body)
{
	if (json_object_is_type(body, json_type_string))
		gw_invalid_hint(invalid,
				"The body is a string: send the object itself, without quotes "
				"around it and without backslashes before its quotes.");
	else if (json_object_is_type(body, json_type_array))
		gw_invalid_hint(invalid, "The body is a list: send one object at a time.");
	else
		gw_invalid_hint(invalid, "The body has to be an object: {\"name\":\"value\"}.");
}

/* A member that is not there: what is there instead, for whoever called it something else. */
static void hint_at_member(struct gw_invalid *invalid, struct json_object *body, const char *name)
{
	struct gw_buf names;
	struct json_object_iter member;
	unsigned count = 0;

	gw_buf_init(&names, GW_HINT_SIZE);
	json_object_object_foreachC(body, member)
	{
		if (count++ < 8)
			gw_buf_addf(&names, "%s \"%.40s\"", count > 1 ? "," : "", member.key);
	}
	if (count > 0)
		gw_invalid_hint(invalid,
				"The object has no \"%s\"; it has%s. Use the names of the "
				"setup guide.",
				name, names.data);
	else
		gw_invalid_hint(invalid, "The object has no \"%s\": it is empty.", name);
	gw_buf_release(&names);
}

enum gw_err gw_field_body(const struct gw_request *request, struct gw_response *response,
			  struct gw_invalid *invalid, struct json_object **ret_body)
{
	struct json_object *body = NULL;
	struct gw_json_error error;
	enum gw_err err = GW_OK;

	if (request->body.len)
		err = gw_json_parse(request->body, &error, &body);
	if (err == GW_INVALID)
		return respond_not_json(response, request->body, &error);
	if (err == GW_TOO_LARGE)
		return respond_not_readable(response, request->body);
	if (err != GW_OK)
		return err;
	if (!body) {
		gw_invalid_add(invalid, "missing", "body", NULL, missing_msg, GW_STR_LIT("null"),
			       NULL);
		gw_invalid_hint(invalid, "The body is empty: send a JSON object, with -d '{…}' or "
					 "--data-binary @file.");
	} else if (!json_object_is_type(body, json_type_object)) {
		gw_invalid_add_value(
			invalid, "model_attributes_type", NULL,
			"Input should be a valid dictionary or object to extract fields from", body,
			NULL);
		hint_at_object(invalid, body);
		json_object_put(body);
		body = NULL;
	}
	*ret_body = body;
	return GW_OK;
}

/*
 * Looks a member up. True with *ret_value not NULL if it is there and worth reading; a null that the flags do not
 * allow is left to the caller (is_null), absence is added as an error here.
 */
static bool find_member(struct json_object *body, const char *name, unsigned flags,
			struct gw_invalid *invalid, struct json_object **ret_value)
{
	struct json_object *value = NULL;

	if (!body)
		return false;
	if (!json_object_object_get_ex(body, name, &value)) {
		if (!(flags & GW_FIELD_OPTIONAL)) {
			gw_invalid_add_value(invalid, "missing", name, missing_msg, body, NULL);
			hint_at_member(invalid, body, name);
		}
		return false;
	}
	if (!value && (flags & GW_FIELD_NULLABLE))
		return false;
	*ret_value = value;
	return true;
}

struct gw_str gw_field_string(struct json_object *body, const char *name, size_t min,
			      unsigned flags, struct gw_invalid *invalid)
{
	struct json_object *value = NULL;
	struct gw_str text;

	if (!find_member(body, name, flags, invalid, &value))
		return GW_STR_NULL;
	if (!json_object_is_type(value, json_type_string)) {
		gw_invalid_add_value(invalid, "string_type", name, "Input should be a valid string",
				     value, NULL);
		gw_invalid_hint(invalid, "\"%s\" has to be a text in double quotes.", name);
		return GW_STR_NULL;
	}
	text = gw_json_string(value);
	if (!gw_json_storable(text)) {
		gw_invalid_add_value(
			invalid, "string_unicode", name,
			"Input should be a valid string, unable to parse raw data as a "
			"unicode string",
			value, NULL);
		gw_invalid_hint(invalid,
				"\"%s\" contains \\u0000 or half of a surrogate pair: write "
				"the character itself, in UTF-8.",
				name);
		return GW_STR_NULL;
	}
	if (flags & GW_FIELD_TRIM)
		text = gw_str_trim(text);
	if (text.len < min) {
		gw_invalid_add_value(invalid, "string_too_short", name,
				     "String should have at least 1 character", value,
				     "{\"min_length\":1}");
		gw_invalid_hint(invalid, "\"%s\" must not be empty.", name);
		return GW_STR_NULL;
	}
	return text;
}

void gw_field_uuid(struct json_object *body, const char *name, unsigned flags,
		   struct gw_invalid *invalid, struct gw_uuid *ret_uuid, bool *ret_present)
{
	struct json_object *value = NULL;
	struct gw_str text;
	struct gw_buf msg;
	struct gw_buf ctx;
	bool several = false;

	*ret_present = false;
	if (!find_member(body, name, flags, invalid, &value))
		return;
	if (!json_object_is_type(value, json_type_string)) {
		gw_invalid_add_value(invalid, "uuid_type", name,
				     "UUID input should be a string, bytes or UUID object", value,
				     NULL);
		if (json_object_is_type(value, json_type_array))
			gw_invalid_hint(invalid, ONE_ID, name);
		else
			gw_invalid_hint(invalid,
					"\"%s\" has to be an id in double quotes, as it was given "
					"to you.",
					name);
		return;
	}
	text = gw_json_string(value);
	if (gw_uuid_parse(text, ret_uuid)) {
		*ret_present = true;
		return;
	}
	/* the longest form of one is urn:uuid: and 36 characters, the shortest 32 */
	several = text.len > 2 * 32;
	gw_buf_init(&msg, 1024);
	gw_buf_init(&ctx, 4096);
	describe_bad_uuid(text, &msg, &ctx);
	gw_invalid_add_value(invalid, "uuid_parsing", name, msg.data, value, ctx.data);
	if (several)
		gw_invalid_hint(invalid, ONE_ID, name);
	else
		gw_invalid_hint(invalid,
				"\"%s\" has to be an id as it was given to you: 32 hexadecimal "
				"digits in five groups.",
				name);
	gw_buf_release(&msg);
	gw_buf_release(&ctx);
}
