/* SPDX-License-Identifier: ISC */
/*
 * cgi.c: see cgi.h.
 */
#include "http/cgi.h"

#include "base/clock.h"
#include "base/log.h"
#include "http/body.h"
#include "http/exchange.h"

#include <errno.h>
#include <unistd.h>

static size_t read_input(void *arg, char *data, size_t len)
{
	size_t done = 0;

	(void)arg;
	while (done < len) {
		ssize_t got = read(STDIN_FILENO, data + done, len - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

static void drain_input(void)
{
	int64_t until = gw_monotonic() + GW_MAX_DRAIN_TIME;
	char chunk[4096];
	size_t drained = 0;
	size_t got = 0;

	do {
		got = read_input(NULL, chunk, sizeof(chunk));
		drained += got;
	} while (got == sizeof(chunk) && drained < GW_MAX_DRAIN && gw_monotonic() < until);
}

static bool write_output(struct gw_str data)
{
	while (data.len > 0) {
		ssize_t sent = write(STDOUT_FILENO, data.data, data.len);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		data.data += sent;
		data.len -= (size_t)sent;
	}
	return true;
}

static enum gw_body_state read_body(const struct gw_serve_options *options,
				    struct gw_request *request, struct gw_buf *body)
{
	size_t limit = request->endpoint->max_body;
	/* RFC 3875, 4.2: without CONTENT_LENGTH there is no body; servers that pass on a chunked one end it by EOF */
	bool chunked = gw_request_header(request, "Transfer-Encoding").len != 0;
	enum gw_body_state state = GW_BODY_COMPLETE;

	gw_buf_init(body, limit == GW_BODY_CONFIGURED ? options->max_body_bytes : limit);
	state = gw_body_read(request, read_input, NULL, chunked, body);
	request->body = gw_buf_str(body);
	return state;
}

static void answer(const struct gw_serve_options *options, struct gw_request *request,
		   struct gw_buf *body, struct gw_response *response)
{
	enum gw_body_state state = GW_BODY_COMPLETE;

	if (gw_route_choose(options->endpoints, request, response) != NULL) {
		state = read_body(options, request, body);
		if (state == GW_BODY_COMPLETE)
			gw_route(options->endpoints, request, response);
		else
			gw_body_refuse(state, request, response);
	}
	/* Apache takes a program that leaves before it has read its input for broken, and answers 500 itself */
	if (state == GW_BODY_TOO_LARGE || request->body.len == 0)
		drain_input();
}

void gw_cgi_serve(const struct gw_serve_options *options, char *const *env)
{
	struct gw_request request;
	struct gw_response response;
	struct gw_buf body;
	struct gw_buf head;
	bool written = false;

	gw_request_init(&request, env, options->context);
	gw_request_strip(&request, options->prefix);
	gw_log_set_trace(request.trace_id);
	gw_response_init(&response, options->max_response_bytes);
	gw_buf_init(&body, 0);
	gw_buf_init(&head, GW_MAX_HEAD);
	answer(options, &request, &body, &response);
	gw_response_head(&response, &head);
	written = write_output(gw_buf_str(&head)) &&
		  (response.no_body || write_output(gw_buf_str(&response.body)));
	if (!written)
		gw_log_info("the web server left before the response was written");
	if (request.written != NULL)
		request.written(&request, written && response.status < 400);
	if (options->finished)
		options->finished(options->context, &request, response.status,
				  gw_monotonic() - request.started);
	gw_log_set_trace(NULL);
	gw_response_release(&response);
	gw_request_release(&request);
	gw_buf_release(&body);
	gw_buf_release(&head);
}
