/* SPDX-License-Identifier: ISC */
/*
 * send.c: see send.h.
 */
#include "store/send.h"

enum gw_err gw_send_begin(struct gw_db *db, const struct gw_attempt *attempt,
			  struct gw_uuid *ret_thread)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &attempt->id);
	gw_params_uuid(&params, &attempt->agent_id);
	gw_params_uuid(&params, &attempt->member_id);
	gw_params_text(&params, attempt->channel);
	gw_params_text(&params, attempt->name);
	gw_params_text(&params, attempt->idempotency_key);
	gw_params_bytes(&params, attempt->digest, GW_SHA256_SIZE);
	gw_params_interval(&params, attempt->longest);
	gw_params_text(&params, attempt->place);
	gw_params_text(&params, attempt->subject);
	gw_params_text(&params, attempt->content);
	gw_params_text(&params, attempt->external);
	err = gw_db_exec(db, GW_STATEMENT_SEND_BEGIN, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) != 1 || !gw_rows_bool(rows, 0, 0))
		err = GW_BUSY;
	else
		(void)gw_rows_uuid(rows, 0, 1, ret_thread);
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_send_resume(struct gw_db *db, const struct gw_uuid *agent,
			   struct gw_str idempotency_key, int64_t repeatable, int64_t longest,
			   struct gw_resumed *ret_resumed)
{
	enum { RESUMED, RECENT, ATTEMPT_ID, MEMBER_ID, NAME, EXTERNAL_ID, OPEN_ID, EMAIL };
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_resumed resumed = {.rows = NULL};
	struct gw_uuid self = gw_uuid_random();
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, agent);
	gw_params_text(&params, idempotency_key);
	gw_params_interval(&params, repeatable);
	gw_params_interval(&params, longest);
	gw_params_uuid(&params, &self);
	err = gw_db_exec(db, GW_STATEMENT_SEND_RESUME, &params, &resumed.rows);
	if (err != GW_OK)
		return err;
	/* no row: whoever took it over has ended in the meantime, and a repeat learns how */
	if (gw_rows_count(resumed.rows) == 0)
		err = GW_BUSY;
	else if (!gw_rows_bool(resumed.rows, 0, RECENT) ||
		 !gw_rows_uuid(resumed.rows, 0, ATTEMPT_ID, &resumed.id) ||
		 !gw_rows_uuid(resumed.rows, 0, MEMBER_ID, &resumed.member_id))
		err = GW_NOT_FOUND;
	else if (!gw_rows_bool(resumed.rows, 0, RESUMED))
		err = GW_BUSY;
	if (err != GW_OK) {
		gw_rows_free(resumed.rows);
		return err;
	}
	resumed.name = gw_rows_text(resumed.rows, 0, NAME);
	resumed.external_id = gw_rows_text(resumed.rows, 0, EXTERNAL_ID);
	resumed.open_id = gw_rows_text(resumed.rows, 0, OPEN_ID);
	resumed.email = gw_rows_text(resumed.rows, 0, EMAIL);
	*ret_resumed = resumed;
	return GW_OK;
}

void gw_resumed_release(struct gw_resumed *resumed)
{
	gw_rows_free(resumed->rows);
	resumed->rows = NULL;
}

enum gw_err gw_send_finish(struct gw_db *db, const struct gw_uuid *id, enum gw_send_end end,
			   struct gw_str error, struct gw_str external)
{
	static const char *const outcomes[] = {
		[GW_SEND_END_SENT] = "sent",
		[GW_SEND_END_FAILED] = "failed",
		[GW_SEND_END_UNKNOWN] = "unknown",
	};
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, id);
	gw_params_text_c(&params, outcomes[end]);
	gw_params_text(&params, error);
	gw_params_text(&params, external);
	return gw_db_run(db, GW_STATEMENT_SEND_FINISH, &params);
}
