/* SPDX-License-Identifier: ISC */
/*
 * serve.h: the FastCGI loop, and the same for a single plain CGI request.
 *
 * Several threads share one epoll set that holds the listening socket (inherited as descriptor 0
 * from spawn-fcgi, multiwatch, systemd or mod_fcgid) and the idle connections that the web server
 * keeps open, so a kept connection never pins a thread. A peer that stays silent or sends half a
 * record is dropped after a few seconds. Requests that wait are in the set as well (lobby.h).
 */
#ifndef GW_SERVE_H
#define GW_SERVE_H

#include "base/err.h"
#include "http/route.h"

struct gw_serve_options {
	const struct gw_endpoint *endpoints;
	void *context;         /* becomes gw_request.context */
	struct gw_str prefix;  /* see gw_request_strip(); absent or empty: none */
	unsigned threads;      /* requests handled at once */
	unsigned max_blocked;  /* requests that may wait for outside services beyond those */
	unsigned max_waiting;  /* requests that may wait in gw_request_wait() */
	size_t max_body_bytes; /* larger bodies are answered with 413 */
	size_t max_response_bytes;
	int64_t shutdown_timeout; /* microseconds for what is under way when the end comes; 0: a minute */
	/* called once, in a thread that serves, before the first request waits; may be NULL */
	void (*first_wait)(void *context);
	/* called when a request waits for the first time, and again when it is over; may be NULL. Any thread. */
	void (*waiting)(void *context, const struct gw_request *request, bool begins);
	/*
	 * called after each response was written, in the thread that wrote it; may be NULL. The status is 499 where
	 * the client had left; the time does not count what was spent waiting.
	 */
	void (*finished)(void *context, const struct gw_request *request, int status,
			 int64_t microseconds);
};

/*
 * Serves until SIGTERM, SIGINT or SIGUSR1, then answers what waits, finishes what is in progress and
 * returns GW_OK; idle, it returns at once. What takes longer than shutdown_timeout is cut off: the process
 * ends there and then. SIGHUP is ignored. Without a listening socket on descriptor 0 but with a CGI environment
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
