/* SPDX-License-Identifier: ISC */
/*
 * rpc.h: messages of JSON-RPC 2.0 (jsonrpc.org/specification), as MCP uses them: an id is a text or a number, params an object.
 */
#ifndef GW_MCP_RPC_H
#define GW_MCP_RPC_H

#include "base/json.h"

/* Codes of errors: JSON-RPC's own, and those that MCP 2026-07-28 (basic, "Error Codes") adds. */
enum gw_rpc_code {
	GW_RPC_PARSE_ERROR = -32700,
	GW_RPC_INVALID_REQUEST = -32600,
	GW_RPC_METHOD_NOT_FOUND = -32601,
	GW_RPC_INVALID_PARAMS = -32602,
	GW_RPC_INTERNAL_ERROR = -32603,
	GW_RPC_HEADER_MISMATCH = -32020,
	GW_RPC_UNSUPPORTED_VERSION = -32022,
};

enum gw_rpc_kind {
	GW_RPC_BROKEN, /* none of the others: `fault` says why */
	GW_RPC_REQUEST,
	GW_RPC_NOTIFICATION,
	GW_RPC_RESPONSE, /* of a client to a request of ours; we make none */
};

/* A message; what it points to belongs to the value that it was read from. */
struct gw_rpc_message {
	enum gw_rpc_kind kind;
	struct json_object *id; /* NULL: it has none that could be used */
	struct gw_str method;
	struct json_object *params; /* an object, or NULL */
	const char *fault;          /* a sentence for whoever wrote it */
};

void gw_rpc_read(struct json_object *value, struct gw_rpc_message *ret_message);

/* The member of an object, NULL if it is absent, null, or `object` is none. */
struct json_object *gw_rpc_member(struct json_object *object, const char *name);
/* The same, absent if it is no text. */
struct gw_str gw_rpc_text(struct json_object *object, const char *name);

/* Appends `{"jsonrpc":"2.0","id":<id>,"result":`; the result and a `}` are to follow. */
void gw_rpc_begin_result(struct gw_buf *out, const struct json_object *id);
/* Appends an answer that is an error. `data` is a JSON text, or absent. A NULL `id` goes out as null. */
void gw_rpc_add_error(struct gw_buf *out, const struct json_object *id, int code,
		      struct gw_str message, struct gw_str data);

#endif
