/* SPDX-License-Identifier: ISC */
/*
 * counters.h: what responders count: requests by endpoint and status, and how long they took; which wait now; wake-ups,
 * messages handed out, and how long rings take.
 */
#ifndef GW_COUNTERS_H
#define GW_COUNTERS_H

#include "base/metrics.h"
#include "http/request.h"
#include "store/poll.h"

/* What is counted. */
extern const struct gw_metrics_table gw_counter_table;
/* Its events: the names of the endpoints, of all programs, ended by NULL. The last one is for requests that belong to none. */
extern const char *const gw_counter_names[];

enum gw_counter_total {
	GW_TOTAL_WOKEN, /* requests that a ring woke */
	GW_TOTAL_HANDOUTS, /* messages handed out: as many as there are reasons (enum gw_handout_reason) */
	GW_TOTALS = GW_TOTAL_HANDOUTS + GW_HANDOUT_REASONS,
};

/* Gauges: by the number of an endpoint how many of its requests wait now; then, of each process's bell: */
size_t gw_gauge_bell_lag(void);  /* microseconds that its last test ring took */
size_t gw_gauge_bell_deaf(void); /* 1: it hears no rings */

/* Counts an answered request; for gw_serve_options.finished. `context` is the struct gw_gateway. */
void gw_counters_finished(void *context, const struct gw_request *request, int status,
			  int64_t microseconds);

/* A request begins to wait, or is over; for gw_serve_options.waiting. */
void gw_counters_waiting(void *context, const struct gw_request *request, bool begins);

#endif
