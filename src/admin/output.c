/* SPDX-License-Identifier: ISC */
/*
 * output.c: see output.h.
 */
#include "admin/output.h"

#include "base/alloc.h"
#include "base/text.h"
#include "base/json.h"

#include <locale.h>
#include <stdarg.h>
#include <wchar.h>

/* a message's content and result, each up to max_body_bytes, and every byte may need six */
#define ROW_MAX (512u << 20)
#define COLUMN_GAP 2

void gw_output_init(void)
{
	/* only the widths: names go out as the UTF-8 that they are, whatever the terminal says */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
}

/* Characters that change the direction of what follows. */
static bool is_bidi_control(uint32_t code)
{
	return code == 0x061c || (code >= 0x200e && code <= 0x200f) ||
	       (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

void gw_output_escape(struct gw_buf *out, struct gw_str text)
{
	while (text.len > 0) {
		uint32_t code = 0;
		size_t len = gw_utf8_decode(text, &code);

		if (len == 0) {
			gw_buf_addf(out, "\\x%02x", (unsigned char)text.data[0]);
			len = 1;
		} else if (code == '\\') {
			gw_buf_add_c(out, "\\\\");
		} else if (code == '\n') {
			gw_buf_add_c(out, "\\n");
		} else if (code == '\t') {
			gw_buf_add_c(out, "\\t");
		} else if (code < 0x20 || code == 0x7f) {
			gw_buf_addf(out, "\\x%02x", (unsigned)code);
		} else if (is_bidi_control(code) || wcwidth((wchar_t)code) < 0) {
			gw_buf_addf(out, "\\u%04x", (unsigned)code);
		} else {
			gw_buf_add(out, text.data, len);
		}
		text.data += len;
		text.len -= len;
	}
}

/* Of escaped text, in columns of a terminal. */
static size_t display_width(struct gw_str text)
{
	size_t width = 0;

	while (text.len > 0) {
		uint32_t code = 0;
		size_t len = gw_utf8_decode(text, &code);
		int columns = len > 0 ? wcwidth((wchar_t)code) : 1;

		width += columns > 0 ? (size_t)columns : 0;
		len = len > 0 ? len : 1;
		text.data += len;
		text.len -= len;
	}
	return width;
}

/* To the second: 2026-01-01T00:00:02Z. */
static void add_time_for_people(struct gw_buf *out, int64_t time)
{
	gw_time_format(out, time - (time % GW_USEC_PER_SEC + GW_USEC_PER_SEC) % GW_USEC_PER_SEC);
}

void gw_output_value(struct gw_buf *out, const struct gw_rows *rows, int row, int column, bool json)
{
	struct gw_uuid uuid;
	char text[GW_UUID_TEXT_SIZE];

	if (gw_rows_is_null(rows, row, column)) {
		gw_buf_add_c(out, json ? "null" : "-");
		return;
	}
	switch (gw_rows_type(rows, column)) {
	case GW_TYPE_TEXT:
		if (json)
			gw_json_add_string(out, gw_rows_text(rows, row, column));
		else
			gw_output_escape(out, gw_rows_text(rows, row, column));
		break;
	case GW_TYPE_INTEGER:
		gw_json_add_int(out, gw_rows_int(rows, row, column));
		break;
	case GW_TYPE_DOUBLE:
		gw_buf_addf(out, "%.15g", gw_rows_double(rows, row, column));
		break;
	case GW_TYPE_BOOLEAN:
		if (json)
			gw_json_add_bool(out, gw_rows_bool(rows, row, column));
		else
			gw_buf_add_c(out, gw_rows_bool(rows, row, column) ? "yes" : "no");
		break;
	case GW_TYPE_TIME:
		if (json)
			gw_json_add_time(out, gw_rows_time(rows, row, column));
		else
			add_time_for_people(out, gw_rows_time(rows, row, column));
		break;
	case GW_TYPE_UUID:
		if (gw_rows_uuid(rows, row, column, &uuid)) {
			if (json)
				gw_json_add_uuid(out, &uuid);
			else
				gw_buf_add_c(out, gw_uuid_format(&uuid, text));
		}
		break;
	case GW_TYPE_OTHER:
		gw_buf_add_c(out, json ? "null" : "?");
		break;
	}
}

static void add_object(struct gw_buf *out, const struct gw_rows *rows, int row)
{
	gw_buf_add_char(out, '{');
	for (int column = 0; column < gw_rows_columns(rows); column++) {
		gw_json_add_name(out, gw_rows_name(rows, column));
		gw_output_value(out, rows, row, column, true);
	}
	gw_buf_add_char(out, '}');
}

/* One row at a time, so that a long list needs no memory. */
static void write_array(const struct gw_rows *rows)
{
	struct gw_buf line;

	gw_buf_init(&line, ROW_MAX);
	gw_output_line("[");
	for (int row = 0; row < gw_rows_count(rows); row++) {
		gw_buf_reset(&line);
		add_object(&line, rows, row);
		if (row + 1 < gw_rows_count(rows))
			gw_buf_add_char(&line, ',');
		gw_output_buf(&line);
	}
	gw_output_line("]");
	gw_buf_release(&line);
}

static void add_spaces(struct gw_buf *out, size_t count)
{
	while (count-- > 0)
		gw_buf_add_char(out, ' ');
}

/* A column's name as a heading: LAST SEEN. */
static void add_heading(struct gw_buf *out, const char *name)
{
	for (; *name != '\0'; name++)
		gw_buf_add_char(out, *name == '_'                   ? ' '
				     : *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A')
								    : *name);
}

/* Row -1 is the heading. */
static void add_cell(struct gw_buf *out, const struct gw_rows *rows, int row, int column)
{
	if (row < 0)
		add_heading(out, gw_rows_name(rows, column));
	else
		gw_output_value(out, rows, row, column, false);
}

static void write_table(const struct gw_rows *rows)
{
	int columns = gw_rows_columns(rows);
	size_t *widths = gw_xcalloc((size_t)columns, sizeof(*widths));
	struct gw_buf cell;
	struct gw_buf line;

	gw_buf_init(&cell, ROW_MAX);
	gw_buf_init(&line, ROW_MAX);
	for (int row = -1; row < gw_rows_count(rows); row++) {
		for (int column = 0; column < columns; column++) {
			size_t width = 0;

			gw_buf_reset(&cell);
			add_cell(&cell, rows, row, column);
			width = display_width(gw_buf_str(&cell));
			if (width > widths[column])
				widths[column] = width;
		}
	}
	for (int row = -1; row < gw_rows_count(rows); row++) {
		gw_buf_reset(&line);
		for (int column = 0; column < columns; column++) {
			gw_buf_reset(&cell);
			add_cell(&cell, rows, row, column);
			gw_buf_add_str(&line, gw_buf_str(&cell));
			if (column + 1 < columns)
				add_spaces(&line, widths[column] + COLUMN_GAP -
							  display_width(gw_buf_str(&cell)));
		}
		gw_output_buf(&line);
	}
	gw_buf_release(&line);
	gw_buf_release(&cell);
	free(widths);
}

void gw_output_rows(const struct gw_rows *rows, bool json)
{
	if (json)
		write_array(rows);
	else
		write_table(rows);
}

void gw_output_row(const struct gw_rows *rows, int row, bool json)
{
	struct gw_buf line;
	size_t widest = 0;

	gw_buf_init(&line, ROW_MAX);
	if (json) {
		add_object(&line, rows, row);
		gw_output_buf(&line);
		goto out;
	}
	for (int column = 0; column < gw_rows_columns(rows); column++) {
		if (strlen(gw_rows_name(rows, column)) > widest)
			widest = strlen(gw_rows_name(rows, column));
	}
	for (int column = 0; column < gw_rows_columns(rows); column++) {
		gw_buf_reset(&line);
		gw_buf_add_c(&line, gw_rows_name(rows, column));
		add_spaces(&line, widest + COLUMN_GAP - strlen(gw_rows_name(rows, column)));
		gw_output_value(&line, rows, row, column, false);
		gw_output_buf(&line);
	}
out:
	gw_buf_release(&line);
}

void gw_output_line(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)vfprintf(stdout, fmt, args);
	va_end(args);
	(void)fputc('\n', stdout);
}

void gw_output_buf(const struct gw_buf *buf)
{
	struct gw_str text = gw_buf_str(buf);

	if (text.len > 0)
		(void)fwrite(text.data, 1, text.len, stdout);
	(void)fputc('\n', stdout);
}

bool gw_output_finish(void)
{
	return fflush(stdout) == 0 && ferror(stdout) == 0;
}
