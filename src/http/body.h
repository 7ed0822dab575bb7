/* SPDX-License-Identifier: ISC */
/*
 * body.h: reads the body of a request, whichever way it comes; part of exchange.c and cgi.c.
 */
#ifndef GW_BODY_H
#define GW_BODY_H

#include "http/request.h"
#include "http/response.h"

/* Reads up to `len` bytes; fewer only at the end. */
typedef size_t gw_body_source(void *arg, char *data, size_t len);

/* What a client goes on sending after the response was decided is read and dropped, up to here. */
#define GW_MAX_DRAIN ((size_t)64 * 1024 * 1024)
#define GW_MAX_DRAIN_TIME (5 * GW_USEC_PER_SEC)

enum gw_body_state {
	GW_BODY_COMPLETE,
	GW_BODY_BROKEN,    /* it does not have the announced length; answered with 400 */
	GW_BODY_TOO_LARGE, /* answered with 413 */
};

/*
 * Reads the body into `body`, whose maximum is what the endpoint allows; with a maximum of 0 what comes is dropped.
 * `open_ended`: a body without CONTENT_LENGTH ends where the stream ends; otherwise there is none.
 */
enum gw_body_state gw_body_read(const struct gw_request *request, gw_body_source *source, void *arg,
				bool open_ended, struct gw_buf *body);
/* Fills the response for a state that is not GW_BODY_COMPLETE. */
void gw_body_refuse(enum gw_body_state state, const struct gw_request *request,
		    struct gw_response *response);

#endif
