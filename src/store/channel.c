/* SPDX-License-Identifier: ISC */
/*
 * channel.c: see channel.h.
 */
#include "store/channel.h"

#include "base/digest.h"

#include <stdlib.h>

enum gw_err gw_channel_find_feishu(struct gw_db *db, const struct gw_uuid *agent,
				   struct gw_feishu_app *ret_app)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, agent);
	err = gw_db_exec(db, GW_STATEMENT_CHANNEL_FIND, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) == 0) {
		err = GW_NOT_FOUND;
	} else {
		ret_app->app_id = gw_str_dup(gw_rows_text(rows, 0, 0));
		ret_app->app_secret = gw_str_dup(gw_rows_text(rows, 0, 1));
		ret_app->extra_config = gw_str_dup(gw_rows_text(rows, 0, 2));
	}
	gw_rows_free(rows);
	return err;
}

void gw_feishu_app_release(struct gw_feishu_app *app)
{
	free(app->app_id);
	gw_secret_free(app->app_secret);
	free(app->extra_config);
	*app = (struct gw_feishu_app){.app_id = NULL};
}
