/* SPDX-License-Identifier: ISC */
/*
 * rows_json.c: see rows_json.h.
 */
#include "store/rows_json.h"

#include "base/json.h"

void gw_rows_add_value(struct gw_buf *out, const struct gw_rows *rows, int row, int column)
{
	struct gw_uuid uuid;

	if (gw_rows_is_null(rows, row, column)) {
		gw_buf_add_c(out, "null");
		return;
	}
	switch (gw_rows_type(rows, column)) {
	case GW_TYPE_TEXT:
		gw_json_add_string(out, gw_rows_text(rows, row, column));
		break;
	case GW_TYPE_JSON:
		gw_buf_add_str(out, gw_rows_text(rows, row, column));
		break;
	case GW_TYPE_INTEGER:
		gw_json_add_int(out, gw_rows_int(rows, row, column));
		break;
	case GW_TYPE_DOUBLE:
		gw_buf_addf(out, "%.15g", gw_rows_double(rows, row, column));
		break;
	case GW_TYPE_BOOLEAN:
		gw_json_add_bool(out, gw_rows_bool(rows, row, column));
		break;
	case GW_TYPE_TIME:
		gw_json_add_time(out, gw_rows_time(rows, row, column));
		break;
	case GW_TYPE_UUID:
		if (gw_rows_uuid(rows, row, column, &uuid))
			gw_json_add_uuid(out, &uuid);
		break;
	case GW_TYPE_OTHER:
		gw_buf_add_c(out, "null");
		break;
	}
}

void gw_rows_add_object(struct gw_buf *out, const struct gw_rows *rows, int row)
{
	gw_buf_add_char(out, '{');
	for (int column = 0; column < gw_rows_columns(rows); column++) {
		gw_json_add_name(out, gw_rows_name(rows, column));
		gw_rows_add_value(out, rows, row, column);
	}
	gw_buf_add_char(out, '}');
}

void gw_rows_add_array(struct gw_buf *out, const struct gw_rows *rows, int count)
{
	gw_buf_add_char(out, '[');
	for (int row = 0; row < count && row < gw_rows_count(rows); row++) {
		gw_buf_add_c(out, row > 0 ? "," : "");
		gw_rows_add_object(out, rows, row);
	}
	gw_buf_add_char(out, ']');
}
