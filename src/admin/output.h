/* SPDX-License-Identifier: ISC */
/*
 * output.h: results as a table for people or as JSON for scripts, made of the same rows.
 *
 * In tables (table.h) everything that could move the cursor is escaped (\n, \x1b, \u202e), a backslash is doubled, and times are
 * cut to seconds. JSON holds the values as they are.
 */
#ifndef GW_OUTPUT_H
#define GW_OUTPUT_H

#include "base/buf.h"
#include "store/db.h"

/* To be called once, first. */
void gw_output_init(void);

/* All rows: a table with a heading, or an array of objects. */
void gw_output_rows(const struct gw_rows *rows, bool json);
/* One row: a line per column, or one object. */
void gw_output_row(const struct gw_rows *rows, int row, bool json);
/* Appends one value as JSON, or as a person reads it (escaped; NULL is "-"). */
void gw_output_value(struct gw_buf *out, const struct gw_rows *rows, int row, int column,
		     bool json);
/* Appends text so that it stays on its line and in its place. */
void gw_output_escape(struct gw_buf *out, struct gw_str text);
/* Writes a line to standard output. */
void gw_output_line(const char *fmt, ...) GW_PRINTF(1, 2);
/* Writes a buffer and a line feed. */
void gw_output_buf(const struct gw_buf *buf);
/* False if anything could not be written. */
bool gw_output_finish(void);

#endif
