/* SPDX-License-Identifier: ISC */
/*
 * text.h: small questions about text from outside.
 */
#ifndef GW_TEXT_H
#define GW_TEXT_H

#include "base/attrs.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A decimal integer, optional sign, nothing around it, in [min, max]; false (and *ret untouched)
 * otherwise.
 */
GW_MUST_CHECK bool gw_parse_int64(struct gw_str text, int64_t min, int64_t max, int64_t *ret_value);

/* Appends `text` with every ill-formed sequence and every NUL replaced by U+FFFD. */
void gw_utf8_repair(struct gw_buf *out, struct gw_str text);

#endif
