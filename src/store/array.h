/* SPDX-License-Identifier: ISC */
/*
 * array.h: arrays as parameters of statements, in PostgreSQL's text form ("Array Input and Output Syntax" in its manual).
 * Private to src/store. A statement takes them as text and casts: $1::text::uuid[].
 */
#ifndef GW_ARRAY_H
#define GW_ARRAY_H

#include "base/buf.h"
#include "base/uuid.h"

#include <stdint.h>

/* Of one array; whoever makes large ones keeps far below. */
#define GW_ARRAY_MAX ((size_t)768 * 1024 * 1024)

/* Empties `array` and begins it; the others append an entry each. */
void gw_array_begin(struct gw_buf *array);
void gw_array_add_text(struct gw_buf *array,
		       struct gw_str text); /* absent is NULL; NUL bytes are left out */
void gw_array_add_uuid(struct gw_buf *array, const struct gw_uuid *id); /* NULL is NULL */
void gw_array_add_int(struct gw_buf *array, int64_t value);
void gw_array_add_null(struct gw_buf *array);
/* Closes the array and returns it: a view that lasts until the next change. */
struct gw_str gw_array_end(struct gw_buf *array);

#endif
