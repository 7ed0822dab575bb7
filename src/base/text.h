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

/*
 * The length in bytes of the well-formed UTF-8 character at the beginning of `text`, and its code
 * point; 0 (and *ret_code untouched) if there is none.
 */
size_t gw_utf8_decode(struct gw_str text, uint32_t *ret_code);
/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, up to U+10FFFF). */
bool gw_utf8_valid(struct gw_str text);
/* The longest prefix of at most `max` bytes that does not cut a character of well-formed UTF-8. */
struct gw_str gw_utf8_cut(struct gw_str text, size_t max);
/* Number of characters (code points) of well-formed UTF-8. */
size_t gw_utf8_length(struct gw_str text);
/* Appends `text` with every ill-formed sequence and every NUL replaced by U+FFFD. */
void gw_utf8_repair(struct gw_buf *out, struct gw_str text);

#endif
