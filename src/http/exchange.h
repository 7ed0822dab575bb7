/* SPDX-License-Identifier: ISC */
/*
 * exchange.h: one request in, one response out, on the heap: open → run → (wait → run)* → written → freed. Part of serve.c
 * and threads.c, of no use elsewhere.
 */
#ifndef GW_EXCHANGE_H
#define GW_EXCHANGE_H

#include "http/serve.h"

struct gw_exchange;

enum gw_exchange_next {
	GW_EXCHANGE_WAIT, /* nothing to say yet: run again when a topic of gw_exchange_wait() rings, or at its time */
	GW_EXCHANGE_FLUSH, /* the web server takes no more for now: run again when the socket is writable */
	GW_EXCHANGE_END, /* over; gw_exchange_free() says what becomes of the connection */
};

/*
 * Reads the head of a request from the connected socket `fd`. NULL: nothing that makes sense arrived, or it has been answered;
 * then `fd` is closed.
 */
struct gw_exchange *gw_exchange_open(const struct gw_serve_options *options, int fd, bool is_tcp);
/*
 * Runs it until it is over or has to wait. `may_wait` tells the handler that it may; `last_call` that it must answer now. The
 * calling thread owns the exchange.
 */
enum gw_exchange_next gw_exchange_run(struct gw_exchange *exchange, bool may_wait, bool last_call);
/* What is waited for, after GW_EXCHANGE_WAIT. */
const struct gw_wait *gw_exchange_wait(const struct gw_exchange *exchange);
/* True for an answer that comes piece by piece: its handler is called at its time without being told to end. */
bool gw_exchange_is_stream(const struct gw_exchange *exchange);
/* True if the web server has not yet taken what it was sent: the next run goes on with that. */
bool gw_exchange_is_flushing(const struct gw_exchange *exchange);
/* True if the web server has closed the connection or aborted the request. */
bool gw_exchange_peer_gone(const struct gw_exchange *exchange);
/*
 * Ends it, answered or not: tells the handler what became of its answer, and counts. True: the connection is kept for another
 * request, else it is closed.
 */
bool gw_exchange_free(struct gw_exchange *exchange);

/* Appended by cgi.c, too: the response as CGI wants it. */
#define GW_MAX_HEAD (16 * 1024)

#endif
