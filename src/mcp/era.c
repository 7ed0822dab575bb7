/* SPDX-License-Identifier: ISC */
/*
 * era.c: see era.h.
 */
#include "mcp/era.h"

#include "base/digest.h"

#include <json-c/json.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define META_VERSION "io.modelcontextprotocol/protocolVersion"
#define META_CAPABILITIES "io.modelcontextprotocol/clientCapabilities"
/* basic/transports/streamable-http, "Value Encoding" */
#define BASE64_BEGIN "=?base64?"
#define BASE64_END "?="
#define SHOWN_MAX 200 /* bytes of a client's text that an error repeats */
#define NAME_MAX_BYTES 4096
#define SENTENCE_MAX 1024

static const char stateless_version[] = "2026-07-28";
static const char batch_version[] = "2025-03-26";
static const char *const handshake_versions[] = {GW_MCP_HANDSHAKE_NEWEST, "2025-06-18",
						 batch_version};

bool gw_mcp_is_handshake_version(struct gw_str version)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(handshake_versions); i++) {
		if (gw_str_equal_c(version, handshake_versions[i]))
			return true;
	}
	return false;
}

void gw_mcp_add_versions(struct gw_buf *out)
{
	gw_buf_addf(out, "[\"%s\"", stateless_version);
	for (size_t i = 0; i < GW_ARRAY_LEN(handshake_versions); i++)
		gw_buf_addf(out, ",\"%s\"", handshake_versions[i]);
	gw_buf_add_char(out, ']');
}

static struct gw_str header_of(const struct gw_request *request, const char *name)
{
	struct gw_str value = gw_request_header(request, name);

	return value.data != NULL ? gw_str_trim(value) : value;
}

static struct gw_str version_header(const struct gw_request *request)
{
	return header_of(request, "MCP-Protocol-Version");
}

bool gw_mcp_takes_batches(const struct gw_request *request)
{
	struct gw_str version = version_header(request);

	return version.data == NULL || gw_str_equal_c(version, batch_version);
}

GW_PRINTF(4, 5)
static bool refuse(struct gw_buf *out, const struct gw_rpc_message *message, int code,
		   const char *fmt, ...)
{
	char sentence[SENTENCE_MAX];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	gw_rpc_add_error(out, message->id, code, gw_str(sentence), GW_STR_NULL);
	return false;
}

static bool refuse_version(struct gw_buf *out, const struct gw_rpc_message *message,
			   struct gw_str requested)
{
	struct gw_buf data;

	gw_buf_init(&data, (size_t)8 * SENTENCE_MAX);
	gw_buf_add_c(&data, "{\"supported\":");
	gw_mcp_add_versions(&data);
	gw_json_add_name(&data, "requested");
	gw_json_add_string(&data,
			   (struct gw_str){requested.data,
					   requested.len < SHOWN_MAX ? requested.len : SHOWN_MAX});
	gw_buf_add_char(&data, '}');
	gw_rpc_add_error(out, message->id, GW_RPC_UNSUPPORTED_VERSION,
			 GW_STR_LIT("Unsupported protocol version"), gw_buf_str(&data));
	gw_buf_release(&data);
	return false;
}

/* The value that a header stands for; false if it claims to be base64 and is not. */
static bool decode(struct gw_str header, struct gw_buf *out)
{
	const size_t begin = strlen(BASE64_BEGIN);
	const size_t end = strlen(BASE64_END);

	if (header.len < begin + end || memcmp(header.data, BASE64_BEGIN, begin) != 0 ||
	    memcmp(header.data + header.len - end, BASE64_END, end) != 0) {
		gw_buf_add_str(out, header);
		return true;
	}
	return gw_base64_decode(out,
				(struct gw_str){header.data + begin, header.len - begin - end});
}

/* A header that repeats a value of the body. */
static bool repeats(const struct gw_request *request, const struct gw_rpc_message *message,
		    const char *name, struct gw_str value, struct gw_buf *out)
{
	struct gw_str header = header_of(request, name);
	struct gw_buf decoded;
	bool same = false;

	if (header.data == NULL)
		return refuse(out, message, GW_RPC_HEADER_MISMATCH,
			      "Header mismatch: the header %s is missing; it repeats what the "
			      "body says",
			      name);
	gw_buf_init(&decoded, NAME_MAX_BYTES);
	same = decode(header, &decoded) && gw_str_equal(gw_buf_str(&decoded), value);
	gw_buf_release(&decoded);
	if (!same)
		return refuse(out, message, GW_RPC_HEADER_MISMATCH,
			      "Header mismatch: %s says '%.*s', the body '%.*s'", name,
			      (int)(header.len < SHOWN_MAX ? header.len : SHOWN_MAX), header.data,
			      (int)(value.len < SHOWN_MAX ? value.len : SHOWN_MAX), value.data);
	return true;
}

/* What the header Mcp-Name repeats; absent: the method has no such thing. */
static struct gw_str name_of(const struct gw_rpc_message *message)
{
	if (gw_str_equal_c(message->method, "tools/call") ||
	    gw_str_equal_c(message->method, "prompts/get"))
		return gw_rpc_text(message->params, "name");
	if (gw_str_equal_c(message->method, "resources/read"))
		return gw_rpc_text(message->params, "uri");
	return GW_STR_NULL;
}

static bool check_stateless(const struct gw_request *request, const struct gw_rpc_message *message,
			    struct gw_buf *out)
{
	struct json_object *meta = gw_rpc_member(message->params, "_meta");
	struct gw_str version = gw_rpc_text(meta, META_VERSION);
	struct gw_str name = name_of(message);

	if (version.data == NULL)
		return refuse(out, message, GW_RPC_INVALID_PARAMS,
			      "params._meta needs \"" META_VERSION "\"");
	if (!repeats(request, message, "MCP-Protocol-Version", version, out))
		return false;
	if (!gw_str_equal_c(version, stateless_version))
		return refuse_version(out, message, version);
	if (!json_object_is_type(gw_rpc_member(meta, META_CAPABILITIES), json_type_object))
		return refuse(out, message, GW_RPC_INVALID_PARAMS,
			      "params._meta needs \"" META_CAPABILITIES "\", an object");
	return repeats(request, message, "Mcp-Method", message->method, out) &&
	       (name.data == NULL || repeats(request, message, "Mcp-Name", name, out));
}

bool gw_mcp_age_of(const struct gw_request *request, const struct gw_rpc_message *message,
		   struct gw_buf *out, enum gw_mcp_age *ret_age)
{
	struct json_object *meta = gw_rpc_member(message->params, "_meta");
	struct gw_str said = gw_rpc_text(meta, META_VERSION);
	struct gw_str header = version_header(request);
	bool handshake = header.data == NULL || gw_mcp_is_handshake_version(header);

	/* what begins a session is of the age of sessions, whatever the client hopes for */
	if (said.data == NULL && gw_str_equal_c(message->method, "initialize"))
		handshake = true;
	if (said.data != NULL && !gw_mcp_is_handshake_version(said))
		handshake = false;
	*ret_age = handshake ? GW_MCP_HANDSHAKE : GW_MCP_STATELESS;
	if (handshake)
		return true;
	if (said.data == NULL && !gw_str_equal_c(header, stateless_version))
		return refuse_version(out, message, header);
	return check_stateless(request, message, out);
}
