/* SPDX-License-Identifier: ISC */
/*
 * str.h: a read-only view of bytes, and UTF-8 in it. Nothing here needs memory.
 */
#ifndef GW_BASE_STR_H
#define GW_BASE_STR_H

#include "base/attrs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A view: somebody else's bytes, not NUL-terminated by promise. data == NULL means "absent" (SQL
 * NULL).
 */
struct gw_str {
	const char *data;
	size_t len;
};

#define GW_STR_NULL ((struct gw_str){NULL, 0})
#define GW_STR_LIT(literal) ((struct gw_str){"" literal, sizeof(literal) - 1})

struct gw_str gw_str(const char *cstr);              /* NULL gives GW_STR_NULL */
bool gw_str_equal(struct gw_str a, struct gw_str b); /* byte for byte; absent equals only absent */
bool gw_str_equal_c(struct gw_str a, const char *cstr);
struct gw_str gw_str_trim(struct gw_str str); /* without Unicode white space at both ends */

/*
 * Looks at the sequence at the beginning of `text`, which must not be empty. True: a well-formed
 * character of *ret_len bytes (RFC 3629, section 4). False: *ret_len bytes, at least one, that a
 * decoder replaces by one U+FFFD: the longest beginning of a well-formed character (Unicode,
 * "substitution of maximal subparts"); *ret_code is untouched.
 */
bool gw_utf8_scan(struct gw_str text, size_t *ret_len, uint32_t *ret_code);
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

#endif
