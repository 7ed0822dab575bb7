/* SPDX-License-Identifier: ISC */
/*
 * counters.h: what responders count about requests: by endpoint and status, and how long they took.
 */
#ifndef GW_COUNTERS_H
#define GW_COUNTERS_H

#include "base/metrics.h"
#include "http/request.h"

/* Names of the endpoints, of all programs, ended by NULL. The last one is for requests that belong to none. */
extern const char *const gw_counter_names[];

/* Counts an answered request; for gw_serve_options.finished. `context` is the struct gw_gateway. */
void gw_counters_finished(void *context, const struct gw_request *request, int status,
			  int64_t microseconds);

#endif
