/* SPDX-License-Identifier: ISC */
/*
 * feishu.c: see feishu.h.
 */
#include "store/feishu.h"

enum gw_err gw_feishu_hook_find(struct gw_db *db, const struct gw_uuid *agent,
				struct gw_feishu_hook *ret_hook)
{
	enum { APP_ID, ENCRYPT_KEY, VERIFICATION_TOKEN, EXTRA_CONFIG, AGENT_NAME };
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, agent);
	err = gw_db_exec(db, GW_STATEMENT_FEISHU_HOOK, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) == 0) {
		gw_rows_free(rows);
		return GW_NOT_FOUND;
	}
	*ret_hook = (struct gw_feishu_hook){
		.app_id = gw_rows_text(rows, 0, APP_ID),
		.encrypt_key = gw_rows_text(rows, 0, ENCRYPT_KEY),
		.verification_token = gw_rows_text(rows, 0, VERIFICATION_TOKEN),
		.extra_config = gw_rows_text(rows, 0, EXTRA_CONFIG),
		.agent_name = gw_rows_text(rows, 0, AGENT_NAME),
		.rows = rows,
	};
	return GW_OK;
}

void gw_feishu_hook_release(struct gw_feishu_hook *hook)
{
	gw_rows_free(hook->rows);
	hook->rows = NULL;
}

enum gw_err gw_feishu_sender_find(struct gw_db *db, const struct gw_uuid *agent,
				  struct gw_str open_id, struct gw_str user_id,
				  struct gw_uuid *ret_member)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, agent);
	gw_params_text(&params, open_id);
	gw_params_text(&params, user_id);
	err = gw_db_exec(db, GW_STATEMENT_FEISHU_SENDER, &params, &rows);
	if (err == GW_OK && (gw_rows_count(rows) == 0 || !gw_rows_uuid(rows, 0, 0, ret_member)))
		err = GW_NOT_FOUND;
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_feishu_event_note(struct gw_db *db, struct gw_str what, bool *ret_first)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_text(&params, what);
	err = gw_db_exec(db, GW_STATEMENT_FEISHU_EVENT_NOTE, &params, &rows);
	if (err == GW_OK)
		*ret_first = gw_rows_bool(rows, 0, 0);
	gw_rows_free(rows);
	return err;
}
