/* SPDX-License-Identifier: ISC */
/*
 * table.c: see table.h.
 */
#include "admin/table.h"

#include "admin/output.h"
#include "admin/width.h"
#include "base/alloc.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CELL_MAX (512u << 20) /* a message's text, and every byte may need several */
#define COLUMN_GAP 2
#define TEXT_LEAST 8 /* columns that a text keeps, however narrow the terminal */
#define COLUMNS_MOST 10000
#define ELLIPSIS "…"

/* The terminal; 0 columns: none, or it does not say. */
static struct {
	size_t columns;
	bool colour;
} terminal;

void gw_table_init(void)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *kind = getenv("TERM");
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	int64_t wanted = 0;

	if (!isatty(STDOUT_FILENO))
		return;
	if (columns != NULL && gw_parse_int64(gw_str(columns), 1, COLUMNS_MOST, &wanted))
		terminal.columns = (size_t)wanted;
	else if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		terminal.columns = size.ws_col;
	terminal.colour = (no_colour == NULL || *no_colour == '\0') && kind != NULL &&
			  strcmp(kind, "dumb") != 0 && *kind != '\0';
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

static void measure(const struct gw_rows *rows, size_t *widths)
{
	struct gw_buf cell;

	gw_buf_init(&cell, CELL_MAX);
	for (int row = -1; row < gw_rows_count(rows); row++) {
		for (int column = 0; column < gw_rows_columns(rows); column++) {
			size_t width = 0;

			gw_buf_reset(&cell);
			add_cell(&cell, rows, row, column);
			width = gw_width(gw_buf_str(&cell));
			widths[column] = width > widths[column] ? width : widths[column];
		}
	}
	gw_buf_release(&cell);
}

/* The least that a column is made: what is not text is never cut. */
static size_t least_width(const struct gw_rows *rows, int column, size_t width)
{
	size_t heading = strlen(gw_rows_name(rows, column));
	size_t least = heading > TEXT_LEAST ? heading : TEXT_LEAST;

	return gw_rows_type(rows, column) == GW_TYPE_TEXT && least < width ? least : width;
}

/* Takes from the widest text, a column at a time, until the line fits or none can give any more. */
static void fit(const struct gw_rows *rows, size_t *widths)
{
	int columns = gw_rows_columns(rows);
	size_t total = 0;

	if (terminal.columns == 0)
		return;
	for (int column = 0; column < columns; column++) {
		/* no text is wider than the terminal to begin with, so that there are few steps */
		if (widths[column] > terminal.columns)
			widths[column] = least_width(rows, column, widths[column]) < widths[column]
						 ? terminal.columns
						 : widths[column];
		total += widths[column] + (column > 0 ? COLUMN_GAP : 0);
	}
	for (; total > terminal.columns; total--) {
		int widest = -1;

		for (int column = 0; column < columns; column++) {
			if (widths[column] > least_width(rows, column, widths[column]) &&
			    (widest < 0 || widths[column] > widths[widest]))
				widest = column;
		}
		if (widest < 0)
			return;
		widths[widest]--;
	}
}

/* How a value of a column that says how something stands is drawn; NULL: as it is. */
static const char *colour_of(const char *column, struct gw_str value)
{
	static const char *const columns[] = {"status", "state",   "outcome",  "active",
					      "alive",  "enabled", "waits_for"};
	static const struct {
		const char *words; /* with a blank on either side */
		const char *colour;
	} kinds[] = {
		{" completed done sent running idle yes received ", "\033[32m"},
		{" pending delivered queued waiting sending creating ", "\033[33m"},
		{" dead failed expired unknown stopped error no refused forbidden ", "\033[31m"},
	};
	char word[40];
	bool told = false;

	for (size_t i = 0; i < GW_ARRAY_LEN(columns); i++)
		told = told || strcmp(columns[i], column) == 0;
	if (!told || value.len > sizeof(word) - 3)
		return NULL;
	(void)snprintf(word, sizeof(word), " %.*s ", (int)value.len, value.data);
	for (size_t i = 0; i < GW_ARRAY_LEN(kinds); i++) {
		if (strstr(kinds[i].words, word) != NULL)
			return kinds[i].colour;
	}
	return NULL;
}

static void add_fitting(struct gw_buf *line, const struct gw_rows *rows, int row, int column,
			struct gw_str text, size_t width, bool is_last)
{
	size_t taken = gw_width(text);
	const char *colour = NULL;

	if (terminal.colour)
		colour = row < 0 ? "\033[1m" : colour_of(gw_rows_name(rows, column), text);
	if (colour != NULL)
		gw_buf_add_c(line, colour);
	if (taken > width) {
		text = gw_width_cut(text, width - 1);
		taken = gw_width(text) + 1;
		gw_buf_add_str(line, text);
		gw_buf_add_c(line, ELLIPSIS);
	} else {
		gw_buf_add_str(line, text);
	}
	if (colour != NULL)
		gw_buf_add_c(line, "\033[0m");
	for (taken = is_last ? width + COLUMN_GAP : taken; taken < width + COLUMN_GAP; taken++)
		gw_buf_add_char(line, ' ');
}

void gw_table_write(const struct gw_rows *rows)
{
	int columns = gw_rows_columns(rows);
	size_t *widths = gw_xcalloc((size_t)columns, sizeof(*widths));
	struct gw_buf cell;
	struct gw_buf line;

	gw_buf_init(&cell, CELL_MAX);
	gw_buf_init(&line, CELL_MAX);
	measure(rows, widths);
	fit(rows, widths);
	for (int row = -1; row < gw_rows_count(rows); row++) {
		gw_buf_reset(&line);
		for (int column = 0; column < columns; column++) {
			gw_buf_reset(&cell);
			add_cell(&cell, rows, row, column);
			add_fitting(&line, rows, row, column, gw_buf_str(&cell), widths[column],
				    column + 1 == columns);
		}
		gw_output_buf(&line);
	}
	gw_buf_release(&line);
	gw_buf_release(&cell);
	free(widths);
}
