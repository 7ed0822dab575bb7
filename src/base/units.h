/* SPDX-License-Identifier: ISC */
/*
 * units.h: durations and sizes the way people write them in a configuration file.
 */
#ifndef GW_UNITS_H
#define GW_UNITS_H

#include "base/attrs.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * "250ms", "15s", "5m", "1h", "30d", or a plain number of seconds; microseconds come out. "512",
 * "64K", "2M", "1G" in powers of 1024. Neither has a sign, a fraction or blanks; false (and
 * *ret_value untouched) otherwise, and when the number is too large for an int64_t.
 */
GW_MUST_CHECK bool gw_duration_parse(struct gw_str text, int64_t *ret_value);
GW_MUST_CHECK bool gw_size_parse(struct gw_str text, int64_t *ret_value);

/*
 * The same notation back, in the largest unit that leaves a whole number; `value` must not be
 * negative.
 */
void gw_duration_format(struct gw_buf *out, int64_t value);
void gw_size_format(struct gw_buf *out, int64_t value);

#endif
