/* SPDX-License-Identifier: ISC */
/*
 * output.c: see output.h.
 */
#include "admin/output.h"

#include "admin/table.h"
#include "base/json.h"
#include "base/text.h"
#include "store/rows_json.h"

#include <locale.h>
#include <stdarg.h>
#include <wchar.h>

/* a message's content and result, each up to max_body_bytes, and every byte may need six */
#define ROW_MAX (512u << 20)
#define COLUMN_GAP 2

void gw_output_init(void)
{
	/* only what can be printed: names go out as the UTF-8 that they are, whatever the terminal says */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	gw_table_init();
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

/* To the second: 2026-01-01T00:00:02Z. */
static void add_time_for_people(struct gw_buf *out, int64_t time)
{
	gw_time_format(out, time - (time % GW_USEC_PER_SEC + GW_USEC_PER_SEC) % GW_USEC_PER_SEC);
}

void gw_output_value(struct gw_buf *out, const struct gw_rows *rows, int row, int column, bool json)
{
	enum gw_type type = gw_rows_type(rows, column);
	struct gw_uuid uuid;
	char text[GW_UUID_TEXT_SIZE];

	if (json)
		gw_rows_add_value(out, rows, row, column);
	else if (gw_rows_is_null(rows, row, column))
		gw_buf_add_char(out, '-');
	else if (type == GW_TYPE_TEXT || type == GW_TYPE_JSON)
		gw_output_escape(out, gw_rows_text(rows, row, column));
	else if (type == GW_TYPE_BOOLEAN)
		gw_buf_add_c(out, gw_rows_bool(rows, row, column) ? "yes" : "no");
	else if (type == GW_TYPE_TIME)
		add_time_for_people(out, gw_rows_time(rows, row, column));
	else if (type == GW_TYPE_UUID && gw_rows_uuid(rows, row, column, &uuid))
		gw_buf_add_c(out, gw_uuid_format(&uuid, text));
	else if (type == GW_TYPE_OTHER)
		gw_buf_add_char(out, '?');
	else
		gw_rows_add_value(out, rows, row, column);
}

/* One row at a time, so that a long list needs no memory. */
static void write_array(const struct gw_rows *rows)
{
	struct gw_buf line;

	gw_buf_init(&line, ROW_MAX);
	gw_output_line("[");
	for (int row = 0; row < gw_rows_count(rows); row++) {
		gw_buf_reset(&line);
		gw_rows_add_object(&line, rows, row);
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

void gw_output_rows(const struct gw_rows *rows, bool json)
{
	if (json)
		write_array(rows);
	else
		gw_table_write(rows);
}

void gw_output_row(const struct gw_rows *rows, int row, bool json)
{
	struct gw_buf line;
	size_t widest = 0;

	gw_buf_init(&line, ROW_MAX);
	if (json) {
		gw_rows_add_object(&line, rows, row);
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
