/* SPDX-License-Identifier: ISC */
/*
 * sentence.h: the gateway's errors as sentences for a model.
 */
#ifndef GW_MCP_SENTENCE_H
#define GW_MCP_SENTENCE_H

#include "http/response.h"

/*
 * Appends what the error in `response` says ({"detail": …}, with its candidates and hint) and, if it tells when to come back, that.
 */
void gw_mcp_add_sentence(struct gw_buf *out, const struct gw_response *response);

#endif
