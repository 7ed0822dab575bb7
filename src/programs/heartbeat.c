/* SPDX-License-Identifier: ISC */
/*
 * heartbeat.c: the program heartbeat.fcgi.
 */
#include "gateway/endpoints.h"
#include "gateway/responder.h"

static const struct gw_endpoint endpoints[] = {
	GW_ENDPOINTS_HEARTBEAT(GW_ENDPOINT_ROW) GW_ENDPOINT_END,
};

int main(int argc, char **argv)
{
	return gw_responder_main(argc, argv, "heartbeat", endpoints);
}
