/* SPDX-License-Identifier: ISC */
/*
 * clock.h: points in time as microseconds since 1970-01-01 UTC, and a clock that never goes back.
 */
#ifndef GW_CLOCK_H
#define GW_CLOCK_H

#include "base/buf.h"

#include <stdint.h>

#define GW_USEC_PER_SEC INT64_C(1000000)

int64_t gw_now(void);       /* wall clock, microseconds since 1970 */
int64_t gw_monotonic(void); /* microseconds since an arbitrary start; for durations and deadlines */

/*
 * Appends a time the way the protocol writes it: 2026-01-01T00:00:02Z, or with exactly six digits
 * when the microseconds are not 0. Years outside 0001-9999 are clamped to that range.
 */
void gw_time_format(struct gw_buf *out, int64_t time);

#endif
