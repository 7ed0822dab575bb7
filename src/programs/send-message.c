/* SPDX-License-Identifier: ISC */
/*
 * send-message.c: the program send-message.fcgi.
 */
#include "gateway/endpoints.h"
#include "gateway/responder.h"

static const struct gw_endpoint endpoints[] = {
	GW_ENDPOINTS_SEND_MESSAGE(GW_ENDPOINT_ROW) GW_ENDPOINT_END,
};

int main(int argc, char **argv)
{
	return gw_responder_main(argc, argv, "send-message", endpoints);
}
