/* SPDX-License-Identifier: ISC */
/*
 * echo.c: the responder that the others are compared with: the same serving loop, one constant answer, no database.
 */
#include "base/log.h"
#include "http/serve.h"

static enum gw_err handle_echo(struct gw_request *request, struct gw_response *response)
{
	(void)request;
	gw_buf_add_c(&response->body,
		     "{\"status\":\"ok\",\"agent_id\":\"00000000-0000-4000-8000-000000000000\"}");
	return GW_OK;
}

int main(void)
{
	static const struct gw_endpoint endpoints[] = {
		{"echo", "POST", "/api/gateway/echo", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED,
		 handle_echo},
		{NULL, NULL, NULL, GW_ACCESS_NOBODY, GW_BODY_IGNORED, NULL},
	};
	struct gw_serve_options options = {
		.endpoints = endpoints,
		.threads = 4,
		.max_body_bytes = 2U * 1024 * 1024,
		.max_response_bytes = 64U * 1024,
	};

	gw_log_init("echo", GW_LOG_WARNING);
	return gw_serve(&options) == GW_OK ? 0 : 2;
}
