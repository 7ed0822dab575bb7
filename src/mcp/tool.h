/* SPDX-License-Identifier: ISC */
/*
 * tool.h: the tools, each a request of the gateway's own protocol under another form.
 *
 * A call is turned into the request that an agent would make (path, query, body), the endpoint's handler answers it, and its answer
 * becomes the tool's result: one set of rules for both. A call that its handler refuses becomes a result with isError and a
 * sentence for the model, as MCP wants it (server/tools, "Error Handling").
 */
#ifndef GW_MCP_TOOL_H
#define GW_MCP_TOOL_H

#include "http/request.h"
#include "http/response.h"
#include "mcp/era.h"

struct gw_mcp_tool;

/* NULL: there is none of this name. */
const struct gw_mcp_tool *gw_mcp_tool_named(struct gw_str name);
/* True for those that hand messages out: one request carries the answer of one of them. */
bool gw_mcp_tool_hands_out(const struct gw_mcp_tool *tool);

/*
 * Calls a tool for the request `id`. response->body is the answer then, status and headers what it goes out with: 200, or 401
 * for a key that nobody has, or the status of a fault of ours (5xx). With request->wait.asked the handler waits and nothing
 * has been written: to be called again.
 */
GW_MUST_CHECK enum gw_err gw_mcp_tool_call(const struct gw_mcp_tool *tool,
					   struct gw_request *request, struct gw_response *response,
					   const struct json_object *id,
					   struct json_object *arguments, enum gw_mcp_age age);

/* Writes an answer to response->body: a result with isError and this sentence. */
void gw_mcp_tool_refuse(struct gw_response *response, const struct json_object *id,
			enum gw_mcp_age age, struct gw_str sentence);

/* What each result of the stateless age begins and ends with; nothing for the other one. */
void gw_mcp_begin_result(struct gw_buf *out, enum gw_mcp_age age);
void gw_mcp_end_result(struct gw_buf *out, enum gw_mcp_age age);
/* Appends {"name","title","version"} of this server. */
void gw_mcp_add_server(struct gw_buf *out);

#endif
