/* SPDX-License-Identifier: ISC */
/*
 * argument.h: the arguments of a tool, and where they go in the request of the gateway's own protocol.
 *
 * Models write arguments, so a number may come as a text; but a name that the tool does not know is refused: it is most likely a
 * misspelt one, and what was meant by it would silently not happen.
 */
#ifndef GW_MCP_ARGUMENT_H
#define GW_MCP_ARGUMENT_H

#include "base/json.h"

enum gw_mcp_place {
	GW_MCP_PATH,  /* the path's parameter */
	GW_MCP_QUERY, /* a parameter of the query string, `as` */
	GW_MCP_BODY,  /* a member of the body, `as` */
	GW_MCP_FLAG,  /* true adds the JSON text `as` to the body's members */
};

enum gw_mcp_type { GW_MCP_TEXT, GW_MCP_UUID, GW_MCP_NUMBER, GW_MCP_BOOLEAN };

struct gw_mcp_argument {
	const char *name;
	enum gw_mcp_type type;
	bool required;
	int64_t min, max, value; /* of a number; `value` if it is absent */
	enum gw_mcp_place place;
	const char *as;
	const char *what; /* "the id of the message": for sentences */
};

/* A request under construction; the caller's storage. */
struct gw_mcp_order {
	struct gw_buf path, query, body;
};

void gw_mcp_order_init(struct gw_mcp_order *order, size_t max);
void gw_mcp_order_release(struct gw_mcp_order *order);

/*
 * Reads `arguments` (NULL: none) by the table `known` of `count` rows into `order`, whose body then is an object. False: `sentence`
 * says what is wrong, to the model.
 */
GW_MUST_CHECK bool gw_mcp_arguments_read(const char *tool, struct json_object *arguments,
					 const struct gw_mcp_argument *known, size_t count,
					 struct gw_mcp_order *order, struct gw_buf *sentence);

#endif
