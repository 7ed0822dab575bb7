/* SPDX-License-Identifier: ISC */
/*
 * echo_model.c: a FastCGI responder that passes for a language model, so that quickstart's native agent answers
 * without an account anywhere. It speaks both dialects, streaming or not, and repeats what it was told last.
 */
#include "http/serve.h"
#include "mock/echo.h"

#include "base/alloc.h"
#include "base/log.h"

#define BODY_MAX ((size_t)16 * 1024 * 1024)

static enum gw_err answer(struct gw_request *request, struct gw_response *response, bool anthropic)
{
	struct echo_request wanted;
	char *text = NULL;

	if (!echo_read(request->body, anthropic, &wanted))
		return gw_response_error(response, GW_INVALID,
					 "This is no request for a completion");
	text = echo_text(&wanted);
	response->status = 200;
	if (wanted.stream)
		response->content_type = "text/event-stream";
	echo_answer(&wanted, gw_str(text), &response->body);
	free(text);
	echo_release(&wanted);
	return GW_OK;
}

static enum gw_err complete(struct gw_request *request, struct gw_response *response)
{
	return answer(request, response, false);
}

static enum gw_err converse(struct gw_request *request, struct gw_response *response)
{
	return answer(request, response, true);
}

static const struct gw_endpoint endpoints[] = {
	{"completions", "POST", "/v1/chat/completions", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED,
	 complete},
	{"messages", "POST", "/v1/messages", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, converse},
	{NULL, NULL, NULL, GW_ACCESS_NOBODY, GW_BODY_IGNORED, NULL},
};

int main(void)
{
	const struct gw_serve_options options = {
		.endpoints = endpoints,
		.threads = 2,
		.max_body_bytes = BODY_MAX,
		/* every few bytes of text are wrapped into a hundred of JSON */
		.max_response_bytes = 32 * BODY_MAX,
	};

	gw_log_init("echo-model", GW_LOG_NOTICE);
	return gw_serve(&options) == GW_OK ? 0 : 1;
}
