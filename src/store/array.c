/* SPDX-License-Identifier: ISC */
/*
 * array.c: see array.h.
 */
#include "store/array.h"

void gw_array_begin(struct gw_buf *array)
{
	gw_buf_reset(array);
	gw_buf_add_char(array, '{');
}

static void separate(struct gw_buf *array)
{
	if (array->len > 1)
		gw_buf_add_char(array, ',');
}

void gw_array_add_null(struct gw_buf *array)
{
	separate(array);
	gw_buf_add_c(array, "NULL");
}

void gw_array_add_text(struct gw_buf *array, struct gw_str text)
{
	size_t start = 0;

	if (text.data == NULL) {
		gw_array_add_null(array);
		return;
	}
	separate(array);
	gw_buf_add_char(array, '"');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (c != '"' && c != '\\' && c != '\0')
			continue;
		gw_buf_add(array, text.data + start, i - start);
		if (c != '\0')
			gw_buf_add_char(array, '\\');
		/* an escaped character is the first of the next piece */
		start = c != '\0' ? i : i + 1;
	}
	gw_buf_add(array, text.data + start, text.len - start);
	gw_buf_add_char(array, '"');
}

void gw_array_add_uuid(struct gw_buf *array, const struct gw_uuid *id)
{
	char text[GW_UUID_TEXT_SIZE];

	if (id == NULL) {
		gw_array_add_null(array);
		return;
	}
	separate(array);
	gw_buf_add_c(array, gw_uuid_format(id, text));
}

void gw_array_add_int(struct gw_buf *array, int64_t value)
{
	separate(array);
	gw_buf_addf(array, "%lld", (long long)value);
}

struct gw_str gw_array_end(struct gw_buf *array)
{
	gw_buf_add_char(array, '}');
	return gw_buf_str(array);
}
