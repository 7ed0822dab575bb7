/* SPDX-License-Identifier: ISC */
/*
 * texts.h: what models read about this server, written as JSON and text in src/mcp and built in.
 */
#ifndef GW_MCP_TEXTS_H
#define GW_MCP_TEXTS_H

extern const char gw_mcp_tools[]; /* tools.json: the array of tools/list */
extern const char gw_mcp_instructions
	[]; /* instructions.txt: what initialize and server/discover tell a model */

#endif
