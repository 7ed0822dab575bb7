/* SPDX-License-Identifier: ISC */
/*
 * target.c: see target.h; the statement is sql/statements/target_suggest.sql.
 */
#include "store/target.h"

#define NAMES_OF_A_KIND 40

enum column { NAME, KEY, WANTED_KEY };

enum gw_err gw_target_suggest(struct gw_db *db, const struct gw_uuid *agent, struct gw_str wanted,
			      bool agents, struct gw_target_names *ret_names)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, agent);
	gw_params_text(&params, wanted);
	gw_params_bool(&params, agents);
	gw_params_int(&params, NAMES_OF_A_KIND);
	err = gw_db_exec(db, GW_STATEMENT_TARGET_SUGGEST, &params, &rows);
	if (err != GW_OK)
		return err;
	ret_names->rows = rows;
	ret_names->count = 0;
	ret_names->wanted_key = GW_STR_NULL;
	for (int row = 0; row < gw_rows_count(rows) && row < GW_TARGET_NAMES_MAX; row++) {
		ret_names->names[row] = gw_rows_text(rows, row, NAME);
		ret_names->keys[row] = gw_rows_text(rows, row, KEY);
		ret_names->wanted_key = gw_rows_text(rows, row, WANTED_KEY);
		ret_names->count++;
	}
	return GW_OK;
}

void gw_target_names_release(struct gw_target_names *names)
{
	gw_rows_free(names->rows);
	names->rows = NULL;
}
