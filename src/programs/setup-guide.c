/* SPDX-License-Identifier: ISC */
/*
 * setup-guide.c: the program setup-guide.fcgi.
 */
#include "gateway/endpoints.h"
#include "gateway/responder.h"

static const struct gw_endpoint endpoints[] = {
	GW_ENDPOINTS_SETUP_GUIDE(GW_ENDPOINT_ROW) GW_ENDPOINT_END,
};

int main(int argc, char **argv)
{
	return gw_responder_main(argc, argv, "setup-guide", endpoints);
}
