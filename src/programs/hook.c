/* SPDX-License-Identifier: ISC */
/*
 * hook.c: the program hook.fcgi, which outside services tell what people have written.
 */
#include "gateway/endpoints.h"
#include "gateway/responder.h"

static const struct gw_endpoint endpoints[] = {
	GW_ENDPOINTS_HOOK(GW_ENDPOINT_ROW) GW_ENDPOINT_END,
};

int main(int argc, char **argv)
{
	return gw_responder_main(argc, argv, "hook", endpoints);
}
