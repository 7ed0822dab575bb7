/* SPDX-License-Identifier: ISC */
/*
 * metrics.h: counters of events and of how long they took, totals, and gauges, shared by all processes that map the same file.
 *
 * What is counted has names, given by the program in a table; what they mean is its business. An event has a name (its index
 * in that table), a code (an HTTP status, say) and a duration. A total only grows. A gauge belongs to the process that sets it
 * and ends with it, however it ends. Counting is a few atomic additions in memory, whoever else counts. Events and totals
 * live as long as the file, so they outlive the processes.
 */
#ifndef GW_METRICS_H
#define GW_METRICS_H

#include "base/attrs.h"

#include <stddef.h>
#include <stdint.h>

#define GW_METRICS_NAMES_MAX 64
#define GW_METRICS_TOTALS_MAX 16
#define GW_METRICS_GAUGES_MAX 72
#define GW_METRICS_CODES 24
#define GW_METRICS_BUCKETS 12

struct gw_metrics;

/* The names, each list ended by NULL and no longer than its _MAX; NULL for a list: there are none. */
struct gw_metrics_table {
	const char *const *events;
	const char *const *totals;
	const char *const *gauges;
};

/*
 * The counters of the file `path`, which is made if need be (mode 0660), for the names of `table`. A file of another layout,
 * another table, cut short or full of something else is replaced, with all counters 0; processes that still have the old one go on
 * counting there. Never fails: with an empty path, or when there can be no such file (a warning says why), the counters are those of
 * this process alone.
 */
struct gw_metrics *gw_metrics_open(const char *path, const struct gw_metrics_table *table);
void gw_metrics_close(struct gw_metrics *metrics);

/* One event. NULL metrics count nothing; a name out of range counts as the last one. */
void gw_metrics_count(struct gw_metrics *metrics, size_t name, int code, int64_t microseconds);

/* What has been counted under one name. Read while others write: each number is right, their sum perhaps one late. */
struct gw_metrics_sample {
	struct {
		int code; /* 0: all codes that are not listed (see metrics.c) */
		uint64_t count;
	} codes[GW_METRICS_CODES];
	uint64_t buckets[GW_METRICS_BUCKETS +
			 1]; /* not cumulated; the last: longer than all bounds */
	uint64_t microseconds;
};
void gw_metrics_read(const struct gw_metrics *metrics, size_t name,
		     struct gw_metrics_sample *ret_sample);

/* Upper bounds of the buckets in microseconds, included. */
extern const int64_t gw_metrics_bounds[GW_METRICS_BUCKETS];

/* Totals. NULL metrics and a total out of range: nothing is added, and it is 0. */
void gw_metrics_add(struct gw_metrics *metrics, size_t total, uint64_t count);
uint64_t gw_metrics_total(const struct gw_metrics *metrics, size_t total);

/*
 * Gauges of this process; NULL metrics and a gauge out of range change nothing. If as many processes as there is room for (128) have
 * gauges already, this one's are not seen; a warning says so.
 */
void gw_metrics_gauge_add(struct gw_metrics *metrics, size_t gauge, int64_t difference);
void gw_metrics_gauge_set(struct gw_metrics *metrics, size_t gauge, int64_t value);

/* A gauge of all processes that are alive. */
struct gw_metrics_gauge {
	int64_t sum;
	int64_t largest;
};
void gw_metrics_gauges(const struct gw_metrics *metrics,
		       struct gw_metrics_gauge ret_gauges[GW_METRICS_GAUGES_MAX]);

#endif
