/* SPDX-License-Identifier: ISC */
/*
 * gateway.c: the program gateway.fcgi, all endpoints in one, for hosts that allow few
 * processes; as gateway.cgi it answers one request as a plain CGI program.
 */
#include "gateway/endpoints.h"
#include "gateway/responder.h"

static const struct gw_endpoint endpoints[] = {
	GW_ENDPOINTS(GW_ENDPOINT_ROW) GW_ENDPOINT_END,
};

int main(int argc, char **argv)
{
	return gw_responder_main(argc, argv, "gateway", endpoints);
}
