/*
 * serve.h: the FastCGI loop, and the same for a single plain CGI request.
 *
 * Several threads share one epoll set that holds the listening socket (inherited as descriptor 0
 * from spawn-fcgi, multiwatch, systemd or mod_fcgid) and the idle connections that the web server
 * keeps open, so a kept connection never pins a thread. A peer that stays silent or sends half a
 * record is dropped after a few seconds. This is the only part of clawgw that includes fcgiapp.h.
 */
#ifndef GW_SERVE_H
#define GW_SERVE_H

#include "base/err.h"
#include "http/route.h"

struct gw_serve_options {
	const struct gw_endpoint *endpoints;
	void *context;         /* becomes gw_request.context */
	unsigned threads;      /* requests handled at once */
	unsigned max_blocked;  /* requests that may wait for outside services beyond those */
	size_t max_body_bytes; /* larger bodies are answered with 413 */
	size_t max_response_bytes;
	/* called after each response was written, in the thread that wrote it; may be NULL */
	void (*finished)(void *context, const struct gw_request *request, int status,
			 int64_t microseconds);
};

/*
 * Serves until SIGTERM, SIGINT or SIGUSR1, then finishes what is in progress and returns GW_OK;
 * idle, it returns at once. Without a listening socket on descriptor 0 but with a CGI environment
 * it answers that one request.
 * Blocks the signals it handles, so it must be called before other threads are started.
 * GW_INVALID if there is neither (the log says so).
 */
GW_MUST_CHECK enum gw_err gw_serve(const struct gw_serve_options *options);

/*
 * A handler that is about to wait for an outside service brackets the wait with these. Meanwhile
 * another thread takes its place, so that up to max_blocked slow requests do not keep others
 * waiting. GW_BUSY (and no bracket opened) when too many wait already. Outside gw_serve() (in
 * tests) they do nothing.
 */
GW_MUST_CHECK enum gw_err gw_serve_blocking_begin(void);
void gw_serve_blocking_end(void);

#endif
