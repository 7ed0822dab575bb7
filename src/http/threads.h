/* SPDX-License-Identifier: ISC */
/*
 * threads.h: who works. Part of serve.c.
 *
 * A fixed number of threads serves what gw_lobby_next() gives. One that waits for an outside service
 * (gw_serve_blocking_begin()) does not count meanwhile: another takes its place.
 */
#ifndef GW_THREADS_H
#define GW_THREADS_H

#include "http/serve.h"

/* Starts them, for connections to the socket `listener`. GW_INTERNAL: none can be started. */
GW_MUST_CHECK enum gw_err gw_threads_start(const struct gw_serve_options *options, int listener,
					   bool is_tcp);
/*
 * Lets them finish what there is, the connections that the kernel has given to this process included. False: after
 * `timeout` microseconds some had not.
 */
GW_MUST_CHECK bool gw_threads_stop(int64_t timeout);

#endif
