/* SPDX-License-Identifier: ISC */
/*
 * rpc.c: see rpc.h.
 */
#include "mcp/rpc.h"

#include <json-c/json.h>

struct json_object *gw_rpc_member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, name, &value))
		return NULL;
	return value;
}

struct gw_str gw_rpc_text(struct json_object *object, const char *name)
{
	struct json_object *value = gw_rpc_member(object, name);

	return json_object_is_type(value, json_type_string) ? gw_json_string(value) : GW_STR_NULL;
}

static bool is_id(struct json_object *value)
{
	return json_object_is_type(value, json_type_string) ||
	       json_object_is_type(value, json_type_int) ||
	       json_object_is_type(value, json_type_double);
}

void gw_rpc_read(struct json_object *value, struct gw_rpc_message *ret_message)
{
	struct json_object *params = gw_rpc_member(value, "params");
	struct json_object *id = gw_rpc_member(value, "id");
	bool has_id = json_object_is_type(value, json_type_object) &&
		      json_object_object_get_ex(value, "id", NULL);
	struct gw_rpc_message message = {
		.kind = GW_RPC_BROKEN,
		.id = is_id(id) ? id : NULL,
		.method = gw_rpc_text(value, "method"),
		.params = json_object_is_type(params, json_type_object) ? params : NULL,
	};

	if (!json_object_is_type(value, json_type_object))
		message.fault =
			"A message is an object: {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":…}.";
	else if (!gw_str_equal_c(gw_rpc_text(value, "jsonrpc"), "2.0"))
		message.fault = "The message needs \"jsonrpc\":\"2.0\".";
	else if (has_id && message.id == NULL)
		message.fault = "The \"id\" of a message is a text or a number.";
	else if (message.method.len == 0 &&
		 (gw_rpc_member(value, "result") != NULL || gw_rpc_member(value, "error") != NULL))
		message.kind = GW_RPC_RESPONSE;
	else if (message.method.len == 0)
		message.fault = "The message needs a \"method\", such as \"tools/list\".";
	else if (params != NULL && message.params == NULL)
		message.fault = "\"params\" has to be an object.";
	else
		message.kind = has_id ? GW_RPC_REQUEST : GW_RPC_NOTIFICATION;
	*ret_message = message;
}

static void begin(struct gw_buf *out, const struct json_object *id)
{
	gw_buf_add_c(out, "{\"jsonrpc\":\"2.0\"");
	gw_json_add_name(out, "id");
	gw_json_add_value(out, id);
}

void gw_rpc_begin_result(struct gw_buf *out, const struct json_object *id)
{
	begin(out, id);
	gw_json_add_name(out, "result");
}

void gw_rpc_add_error(struct gw_buf *out, const struct json_object *id, int code,
		      struct gw_str message, struct gw_str data)
{
	begin(out, id);
	gw_json_add_name(out, "error");
	gw_buf_addf(out, "{\"code\":%d", code);
	gw_json_add_name(out, "message");
	gw_json_add_string(out, message);
	if (data.data != NULL) {
		gw_json_add_name(out, "data");
		gw_buf_add_str(out, data);
	}
	gw_buf_add_c(out, "}}");
}
