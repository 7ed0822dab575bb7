/* SPDX-License-Identifier: ISC */
/*
 * table.h: rows as a table with aligned columns, for people.
 *
 * On a terminal a table is no wider than the terminal: texts are cut, with an ellipsis; ids, times and numbers never are. Where
 * that is not enough, lines are left to the terminal to break. Headings are bold there and states have a colour, unless the environment
 * has NO_COLOR (no-color.org) or a TERM that knows none. Anywhere else nothing is cut or coloured: scripts read whole values.
 */
#ifndef GW_TABLE_H
#define GW_TABLE_H

#include "store/db.h"

/* Looks at standard output and the environment. To be called once, before the others. */
void gw_table_init(void);
void gw_table_write(const struct gw_rows *rows);

#endif
