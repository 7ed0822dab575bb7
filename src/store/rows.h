/* SPDX-License-Identifier: ISC */
/*
 * rows.h: making a struct gw_rows of a libpq result. Private to src/store; readers are in db.h.
 */
#ifndef GW_ROWS_H
#define GW_ROWS_H

#include "store/db.h"

#include <libpq-fe.h>

/* Takes the result over. `statement` is named when a column has not the type that its reader expects. */
struct gw_rows *gw_rows_new(PGresult *result, enum gw_statement statement);

#endif
