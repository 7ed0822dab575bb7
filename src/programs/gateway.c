/*
 * gateway.c: the program gateway.fcgi, all endpoints in one, for hosts that allow few
 * processes; as gateway.cgi it answers one request as a plain CGI program.
 */
#include "gateway/endpoints.h"
#include "gateway/responder.h"

/* clang-format off */
static const struct gw_endpoint endpoints[] = {
	GW_ENDPOINT_POLL,
	GW_ENDPOINT_REPORT,
	GW_ENDPOINT_HEARTBEAT,
	GW_ENDPOINT_SEND_MESSAGE,
	GW_ENDPOINT_SETUP_GUIDE,
	GW_ENDPOINT_API_KEY,
	GW_ENDPOINT_GENERATE_KEY,
	GW_ENDPOINT_HEALTH,
	GW_ENDPOINT_METRICS,
	GW_ENDPOINT_END,
};
/* clang-format on */

int main(int argc, char **argv)
{
	return gw_responder_main(argc, argv, "gateway", endpoints);
}
