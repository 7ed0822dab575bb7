/* SPDX-License-Identifier: ISC */
/*
 * mcp.c: the program mcp.fcgi.
 */
#include "gateway/endpoints.h"
#include "gateway/responder.h"

static const struct gw_endpoint endpoints[] = {
	GW_ENDPOINTS_MCP(GW_ENDPOINT_ROW) GW_ENDPOINT_END,
};

int main(int argc, char **argv)
{
	return gw_responder_main(argc, argv, "mcp", endpoints);
}
