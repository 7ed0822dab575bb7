/* SPDX-License-Identifier: ISC */
/*
 * overview.c: see overview.h.
 */
#include "store/overview.h"

/* Where exact counting ends: a few milliseconds for each of some ten numbers. */
#define COUNT_MAX 20000

enum gw_err gw_overview_read(struct gw_db *db, int64_t online, gw_overview_visit *visit, void *arg)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_bigint(&params, COUNT_MAX);
	gw_params_interval(&params, online);
	err = gw_db_exec(db, GW_STATEMENT_OVERVIEW_READ, &params, &rows);
	if (err != GW_OK)
		return err;
	for (int row = 0; row < gw_rows_count(rows); row++)
		visit(arg, gw_rows_text(rows, row, 0), gw_rows_text(rows, row, 1),
		      gw_rows_double(rows, row, 2));
	gw_rows_free(rows);
	return GW_OK;
}

enum gw_err gw_overview_stalled(struct gw_db *db, int64_t patience, bool *ret_stalled)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_interval(&params, patience);
	err = gw_db_exec(db, GW_STATEMENT_OVERVIEW_STALLED, &params, &rows);
	if (err != GW_OK)
		return err;
	*ret_stalled = gw_rows_bool(rows, 0, 0);
	gw_rows_free(rows);
	return GW_OK;
}

enum gw_err gw_overview_count(struct gw_db *db, int64_t online)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_interval(&params, online);
	return gw_db_run(db, GW_STATEMENT_ROLLUP_WRITE, &params);
}
