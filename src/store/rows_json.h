/* SPDX-License-Identifier: ISC */
/*
 * rows_json.h: rows as JSON, whatever columns they have: an object for each, with the columns' names.
 */
#ifndef GW_ROWS_JSON_H
#define GW_ROWS_JSON_H

#include "base/buf.h"
#include "store/db.h"

void gw_rows_add_value(struct gw_buf *out, const struct gw_rows *rows, int row, int column);
void gw_rows_add_object(struct gw_buf *out, const struct gw_rows *rows, int row);
/* Of the first `count` rows. */
void gw_rows_add_array(struct gw_buf *out, const struct gw_rows *rows, int count);

#endif
