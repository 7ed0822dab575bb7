/* SPDX-License-Identifier: ISC */
/*
 * era.h: which revision of the Model Context Protocol a request speaks, and whether its headers say the same as its body.
 *
 * There are two ages on one address (MCP 2026-07-28, basic/versioning): revision 2026-07-28, in which each request carries its
 * version in params._meta and in headers, and those from 2025-03-26 to 2025-11-25, which begin with `initialize`. A request without
 * a version is of 2025-03-26, which knew no header for it.
 */
#ifndef GW_MCP_ERA_H
#define GW_MCP_ERA_H

#include "http/request.h"
#include "mcp/rpc.h"

enum gw_mcp_age {
	GW_MCP_HANDSHAKE, /* up to 2025-11-25 */
	GW_MCP_STATELESS, /* 2026-07-28 */
};

/* The newest that `initialize` can agree on. */
#define GW_MCP_HANDSHAKE_NEWEST "2025-11-25"

/* Whether `initialize` may be answered with this version. */
bool gw_mcp_is_handshake_version(struct gw_str version);
/* Appends the versions that are spoken, newest first, as a JSON array. */
void gw_mcp_add_versions(struct gw_buf *out);
/* Whether a body may be several messages in an array: only 2025-03-26 had that. */
bool gw_mcp_takes_batches(const struct gw_request *request);

/*
 * The age of a request. False: it has to be refused with 400; the error has been appended to `out`.
 */
GW_MUST_CHECK bool gw_mcp_age_of(const struct gw_request *request,
				 const struct gw_rpc_message *message, struct gw_buf *out,
				 enum gw_mcp_age *ret_age);

#endif
