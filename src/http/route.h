/* SPDX-License-Identifier: ISC */
/*
 * route.h: which handler answers a path.
 */
#ifndef GW_ROUTE_H
#define GW_ROUTE_H

#include "http/request.h"
#include "http/response.h"

/* Who may call an endpoint. What is not set is open to nobody. */
enum gw_access {
	GW_ACCESS_NOBODY = 0,
	GW_ACCESS_PUBLIC,        /* anybody */
	GW_ACCESS_AUTHENTICATED, /* the handler sets request->authenticated before it answers 2xx */
};

/* Values of gw_endpoint.max_body; others are bytes. */
#define GW_BODY_IGNORED ((size_t)0) /* a body, if there is one, is not read */
#define GW_BODY_SMALL ((size_t)16384)
#define GW_BODY_CONFIGURED ((size_t)SIZE_MAX) /* as long as gw_serve_options.max_body_bytes says */

/*
 * Answers one request. Returns GW_OK with the response filled, or a cause; a cause without a
 * response is answered with its default text. Logs nothing itself, except what the cause cannot
 * say.
 */
typedef enum gw_err gw_handler(struct gw_request *request, struct gw_response *response);

struct gw_endpoint {
	const char *name;    /* for logs and metrics: "poll" */
	const char *methods; /* those it knows: "GET", or "GET, HEAD" */
	const char *path;    /* "/api/gateway/poll"; at most one {…}, a whole segment */
	enum gw_access access;
	size_t max_body; /* longer bodies are answered with 413 */
	gw_handler *handle;
};

/*
 * The endpoint of request->path, also in request->endpoint; NULL: there is none, and the response is complete (404, 405).
 * `endpoints` ends with a NULL name.
 */
const struct gw_endpoint *gw_route_choose(const struct gw_endpoint *endpoints,
					  struct gw_request *request, struct gw_response *response);
/*
 * Calls the handler of request->endpoint. False: it wants to wait, as request->wait says; nothing may be sent but a piece of a
 * stream. True: the response is complete.
 */
GW_MUST_CHECK bool gw_route_call(struct gw_request *request, struct gw_response *response);
/* Answers 500 for a handler that wants to wait at its last call; says so in the log. */
void gw_route_refuse_wait(const struct gw_request *request, struct gw_response *response);

/*
 * Both, for where there is no waiting: a handler that wants to is called again with last_call.
 * Finds the endpoint of request->path in `endpoints`, calls it and completes the response: 404, 405 with Allow, default texts, X-Trace-Id, and 500 when an endpoint that must
 * authenticate answers success without having done so. Logs failures of ours (status >= 500) once.
 */
void gw_route(const struct gw_endpoint *endpoints, struct gw_request *request,
	      struct gw_response *response);

#endif
