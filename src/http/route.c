/* SPDX-License-Identifier: ISC */
/*
 * route.c: picks the endpoint for a path and completes what its handler answered.
 *
 * Who may call is decided by the handlers; the last check that nobody is served unauthenticated by
 * mistake is here.
 */
#include "http/route.h"

#include "base/log.h"

#include <string.h>

#define MAX_ALLOW 128

/* The web servers that refuse unknown paths by themselves say the same (nginx/clawgw.conf, apache/). */
static const char unknown_path[] = "There is no such path. A path is written as in the setup "
				   "guide, such as /api/gateway/poll, "
				   "without a slash at its end.";

/* True if `path` is an instance of `pattern`; *ret_param is what stands for its {…}, or absent. */
static bool path_matches(const char *pattern, struct gw_str path, struct gw_str *ret_param)
{
	const char *open = strchr(pattern, '{');
	const char *close = open ? strchr(open, '}') : NULL;
	struct gw_str param;
	size_t before;
	size_t after;

	if (!close) {
		*ret_param = GW_STR_NULL;
		return gw_str_equal_c(path, pattern);
	}
	before = (size_t)(open - pattern);
	after = strlen(close + 1);
	if (path.len <= before + after || memcmp(path.data, pattern, before) != 0 ||
	    memcmp(path.data + path.len - after, close + 1, after) != 0)
		return false;
	param = (struct gw_str){path.data + before, path.len - before - after};
	if (memchr(param.data, '/', param.len))
		return false;
	*ret_param = param;
	return true;
}

/* True if `list`, methods separated by ", ", has the first `len` bytes of `method` in it. */
static bool has_method(const char *list, const char *method, size_t len)
{
	while (list) {
		const char *comma = strstr(list, ", ");
		size_t here = comma ? (size_t)(comma - list) : strlen(list);

		if (here == len && memcmp(list, method, len) == 0)
			return true;
		list = comma ? comma + 2 : NULL;
	}
	return false;
}

/* Adds methods to the list of Allow unless they are in it. */
static void add_methods(struct gw_buf *allow, const char *methods)
{
	while (methods) {
		const char *comma = strstr(methods, ", ");
		size_t len = comma ? (size_t)(comma - methods) : strlen(methods);

		if (!allow->len || !has_method(allow->data, methods, len)) {
			gw_buf_add_c(allow, allow->len ? ", " : "");
			gw_buf_add(allow, methods, len);
		}
		methods = comma ? comma + 2 : NULL;
	}
}

const struct gw_endpoint *gw_route_choose(const struct gw_endpoint *endpoints,
					  struct gw_request *request, struct gw_response *response)
{
	const struct gw_endpoint *endpoint;
	struct gw_str param;
	struct gw_buf allow;

	gw_buf_init(&allow, MAX_ALLOW);
	for (endpoint = endpoints; endpoint->name; endpoint++) {
		if (!path_matches(endpoint->path, request->path, &param))
			continue;
		if (has_method(endpoint->methods, request->method, strlen(request->method))) {
			request->path_param = param;
			break;
		}
		add_methods(&allow, endpoint->methods);
	}
	request->endpoint = endpoint->name ? endpoint : NULL;
	if (!request->endpoint) {
		if (allow.len) {
			gw_response_header(response, "Allow", allow.data);
			(void)gw_response_error_status(response, GW_INVALID, 405,
						       "Method Not Allowed");
			gw_response_hint(response, "This path takes %s.", allow.data);
		} else {
			(void)gw_response_default(response, GW_NOT_FOUND);
			gw_response_hint(response, "%s", unknown_path);
		}
		gw_response_complete(response, request->trace_id);
	}
	gw_buf_release(&allow);
	return request->endpoint;
}

/* Replaces a response that must not go out. Its cause has been logged, so none is returned. */
static enum gw_err withhold(struct gw_response *response)
{
	gw_buf_reset(&response->headers);
	(void)gw_response_default(response, GW_INTERNAL);
	return GW_OK;
}

/* What must not go out: too much, or a success for somebody whom nobody knows. */
static bool is_allowed(const struct gw_endpoint *endpoint, const struct gw_request *request,
		       const struct gw_response *response)
{
	if (gw_buf_overflowed(&response->body) || gw_buf_overflowed(&response->headers)) {
		gw_log_error("%s: the response passes the limit of %zu bytes", endpoint->name,
			     response->body.max);
		return false;
	}
	if (endpoint->access == GW_ACCESS_AUTHENTICATED && response->status < 300 &&
	    !request->authenticated) {
		gw_log_error("%s: a success for nobody was withheld", endpoint->name);
		return false;
	}
	return true;
}

static enum gw_err call(const struct gw_endpoint *endpoint, struct gw_request *request,
			struct gw_response *response)
{
	enum gw_err err;

	if (endpoint->access == GW_ACCESS_NOBODY)
		return gw_response_default(response, GW_FORBIDDEN);
	request->wait.asked = false;
	request->wait.count = 0;
	request->wait.again = 0;
	err = endpoint->handle(request, response);
	if (err != GW_OK)
		request->wait.asked = false;
	if (request->wait.asked && !response->streaming)
		return GW_OK;
	if (err != GW_OK && response->status < 400)
		return gw_response_default(response, err);
	if (response->status == 0)
		response->status = 200;
	if (!is_allowed(endpoint, request, response)) {
		request->wait.asked = false;
		return withhold(response);
	}
	return err;
}

static void log_failure(const struct gw_endpoint *endpoint, enum gw_err err, int status)
{
	/* a status like 501 that comes without such a cause is an answer, not a failure */
	switch (err) {
	case GW_INTERNAL:
		gw_log_error("%s: answered %d", endpoint->name, status);
		return;
	case GW_BUSY:
	case GW_UNAVAILABLE:
	case GW_UPSTREAM:
		gw_log_warning("%s: answered %d (%s)", endpoint->name, status, gw_err_name(err));
		return;
	case GW_OK:
	case GW_INVALID:
	case GW_UNAUTHORIZED:
	case GW_FORBIDDEN:
	case GW_NOT_FOUND:
	case GW_CONFLICT:
	case GW_TOO_LARGE:
		return;
	}
}

void gw_route_refuse_wait(const struct gw_request *request, struct gw_response *response)
{
	gw_log_error("%s: the handler waits although it was told not to", request->endpoint->name);
	(void)withhold(response);
	gw_response_complete(response, request->trace_id);
}

bool gw_route_call(struct gw_request *request, struct gw_response *response)
{
	const struct gw_endpoint *endpoint = request->endpoint;
	bool streamed = response->streaming;
	enum gw_err err = call(endpoint, request, response);

	if (request->wait.asked && !response->streaming)
		return false;
	if (response->status >= 500)
		log_failure(endpoint, err, response->status);
	/* of a stream the head has gone with its first piece */
	if (!streamed) {
		response->no_body = strcmp(request->method, "HEAD") == 0;
		gw_response_complete(response, request->trace_id);
	}
	return !request->wait.asked;
}

void gw_route(const struct gw_endpoint *endpoints, struct gw_request *request,
	      struct gw_response *response)
{
	if (!gw_route_choose(endpoints, request, response))
		return;
	if (gw_route_call(request, response))
		return;
	gw_response_reset(response);
	request->last_call = true;
	if (!gw_route_call(request, response))
		gw_route_refuse_wait(request, response);
}
