/* SPDX-License-Identifier: ISC */
/*
 * api-key.c: the program api-key.fcgi.
 */
#include "gateway/endpoints.h"
#include "gateway/responder.h"

static const struct gw_endpoint endpoints[] = {
	GW_ENDPOINTS_API_KEY(GW_ENDPOINT_ROW) GW_ENDPOINT_END,
};

int main(int argc, char **argv)
{
	return gw_responder_main(argc, argv, "api-key", endpoints);
}
