/* SPDX-License-Identifier: ISC */
/*
 * rates.h: how often somebody may do something, counted in memory that all processes share.
 *
 * A rate is so many a second on the average, and so many at once after a quiet time (a token bucket, kept as one time per bucket:
 * the generic cell rate algorithm). Buckets are found by a digest of who it is about; nobody's key or address is in the file. There
 * is room for 32768; when it is full, those forget first who have the most left.
 */
#ifndef GW_RATES_H
#define GW_RATES_H

#include "base/buf.h"

#include <stdint.h>

struct gw_rates;

/* What is counted: each kind has buckets of its own. */
enum gw_rate_kind {
	GW_RATE_SENDS,      /* messages, per key */
	GW_RATE_REQUESTS,   /* requests, per key */
	GW_RATE_WRONG_KEYS, /* credentials that nobody has, per address */
	GW_RATE_KNOWN,      /* gw_rates_mark() */
};

struct gw_rate {
	int64_t per_second; /* 0: no limit */
	int64_t burst;      /* at least 1 */
};

/*
 * The buckets of the file `path`, which is made if need be (mode 0660); a file of another layout is replaced. With an empty path,
 * or when there can be no such file (a warning says why), they are those of this process alone. Never fails.
 */
struct gw_rates *gw_rates_open(const char *path);
void gw_rates_close(struct gw_rates *rates);

/* Whether one more is within the rate: takes it. If not, nothing is taken, and *ret_wait is the time until it would be (microseconds).
 * NULL rates limit nothing. */
bool gw_rates_take(struct gw_rates *rates, enum gw_rate_kind kind, struct gw_str who,
		   const struct gw_rate *rate, int64_t *ret_wait);
/* The same without taking. */
bool gw_rates_allows(struct gw_rates *rates, enum gw_rate_kind kind, struct gw_str who,
		     const struct gw_rate *rate, int64_t *ret_wait);

/* Remembers `who` for an hour from now. */
void gw_rates_mark(struct gw_rates *rates, struct gw_str who);
bool gw_rates_marked(struct gw_rates *rates, struct gw_str who);

/*
 * Counts an event that should be told at most once a second by all processes together: 0, or how many there were since it was told
 * last, this one included.
 */
uint64_t gw_rates_tell(struct gw_rates *rates);

#endif
