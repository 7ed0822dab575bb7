/* SPDX-License-Identifier: ISC */
/*
 * json.h: JSON in (a strict reader in front of json-c) and JSON out (a writer onto a buffer).
 */
#ifndef GW_JSON_H
#define GW_JSON_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/uuid.h"

#include <stdbool.h>
#include <stdint.h>

struct json_object; /* json-c */
struct json_tokener;

#define GW_JSON_MAX_DEPTH 64
/*
 * An empty array costs json-c some 400 bytes, an object 900: without these, 2 MiB of `[[],[],…`
 * would take 300.
 */
#define GW_JSON_MAX_CONTAINERS 10000 /* arrays and objects in one text */
#define GW_JSON_MAX_VALUES 200000    /* values of any kind in one text */

/* Where and why a text is not JSON. */
struct gw_json_error {
	size_t offset;       /* in bytes */
	const char *message; /* a constant sentence */
};

/*
 * Reads one JSON text (RFC 8259: no comments, no trailing commas, no NaN), more leniently in two
 * points: a leading byte order mark is skipped, and a string may contain line ends, tabs and other
 * control characters as they are, but for U+0000. GW_OK: *ret_value is the tree, owned by the caller (json_object_put); the JSON text
 * `null` gives NULL. Of a repeated name the last wins.
 * GW_INVALID: not JSON, *ret_error filled. GW_TOO_LARGE: past one of the limits above, or bytes
 * that are not UTF-8 (the protocol answers both with 400).
 * A lone surrogate (\ud800 without its half) arrives in the string as U+0000, as \u0000 itself
 * does: see gw_json_storable(). In a member name either becomes U+FFFD, so that no name can be cut
 * short by a NUL.
 */
GW_MUST_CHECK enum gw_err gw_json_parse(struct gw_str text, struct gw_json_error *ret_error,
					struct json_object **ret_value);

/*
 * json_tokener_parse_ex(), but for want of memory the process ends: json-c leaves out what it found none for, and says nothing.
 * A number that follows such a gap hides it.
 */
struct json_object *gw_json_tokenize(struct json_tokener *tokener, const char *data, int len);

/* The bytes of a string value. `value` must be one. */
struct gw_str gw_json_string(const struct json_object *value);
/* False if PostgreSQL cannot hold the text: it contains U+0000 (or was a lone surrogate). */
bool gw_json_storable(struct gw_str text);

/* Writer: each appends one value (no commas); text that is not UTF-8 is repaired with U+FFFD. */
void gw_json_add_string(struct gw_buf *out, struct gw_str text);       /* absent gives null */
void gw_json_add_string_c(struct gw_buf *out, const char *text);       /* NULL gives null */
void gw_json_add_uuid(struct gw_buf *out, const struct gw_uuid *uuid); /* NULL gives null */
void gw_json_add_time(struct gw_buf *out, int64_t time);
void gw_json_add_int(struct gw_buf *out, int64_t value);
void gw_json_add_bool(struct gw_buf *out, bool value);
/* Appends `"name":`, preceded by a comma unless the buffer ends in { or [. */
void gw_json_add_name(struct gw_buf *out, const char *name);
/*
 * Appends a json-c value (NULL gives null) in compact form, numbers with a fraction or an exponent as they were
 * written. A value nested deeper than GW_JSON_MAX_DEPTH cannot come from gw_json_parse() and is cut to null there.
 */
void gw_json_add_value(struct gw_buf *out, const struct json_object *value);
/* A comma unless the buffer ends in { or [; ahead of an array's next element. */
void gw_json_add_comma(struct gw_buf *out);

#endif
