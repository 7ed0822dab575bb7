/* SPDX-License-Identifier: ISC */
/*
 * outcome.c: see outcome.h.
 */
#include "store/outcome.h"

#include "store/conversation.h"

/* The first two columns of each statement here are the agent's id and whether it may act. */
static enum gw_err served(const struct gw_agent_key *key, const struct gw_rows *rows, int agents)
{
	enum gw_err err = gw_agent_only(key, agents);

	if (err == GW_OK && !gw_rows_bool(rows, 0, 1))
		err = GW_FORBIDDEN;
	return err;
}

enum gw_err gw_message_status(struct gw_db *db, const struct gw_agent_key *key,
			      const struct gw_uuid *id, struct gw_outcome *ret_outcome)
{
	enum {
		ID = 2,
		TARGET,
		TYPE,
		STATUS,
		CREATED,
		DELIVERED,
		COMPLETED,
		ATTEMPTS,
		PROGRESS,
		REPLY,
		ERROR
	};
	struct gw_uuid answer = gw_job_message_id(id);
	struct gw_uuid reply = gw_uuid_v5(id, gw_str("gateway-report-reply"));
	struct gw_outcome outcome = {.rows = NULL};
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_agent_key(&params, key);
	gw_params_uuid(&params, id);
	gw_params_uuid(&params, &answer);
	gw_params_uuid(&params, &reply);
	err = gw_db_exec(db, GW_STATEMENT_MESSAGE_STATUS, &params, &rows);
	if (err != GW_OK)
		return err;
	err = served(key, rows, gw_rows_count(rows));
	if (err == GW_OK && !gw_rows_uuid(rows, 0, ID, &outcome.id))
		err = GW_NOT_FOUND;
	if (err != GW_OK) {
		gw_rows_free(rows);
		return err;
	}
	outcome.target = gw_rows_text(rows, 0, TARGET);
	outcome.type = gw_rows_text(rows, 0, TYPE);
	outcome.status = gw_rows_text(rows, 0, STATUS);
	outcome.created_at = gw_rows_time(rows, 0, CREATED);
	outcome.delivered_at = gw_rows_time(rows, 0, DELIVERED);
	outcome.completed_at = gw_rows_time(rows, 0, COMPLETED);
	outcome.attempts = gw_rows_int(rows, 0, ATTEMPTS);
	outcome.progress = gw_rows_text(rows, 0, PROGRESS);
	outcome.error = gw_rows_text(rows, 0, ERROR);
	outcome.has_reply = gw_rows_uuid(rows, 0, REPLY, &outcome.reply_id);
	outcome.rows = rows;
	*ret_outcome = outcome;
	return GW_OK;
}

enum gw_err gw_message_cancel(struct gw_db *db, const struct gw_agent_key *key,
			      const struct gw_uuid *id)
{
	struct gw_uuid spoken = gw_uuid_v5(id, gw_str("gateway-send"));
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_agent_key(&params, key);
	gw_params_uuid(&params, id);
	gw_params_uuid(&params, &spoken);
	err = gw_db_exec(db, GW_STATEMENT_MESSAGE_CANCEL, &params, &rows);
	if (err != GW_OK)
		return err;
	err = served(key, rows, gw_rows_count(rows));
	if (err == GW_OK && gw_str_equal_c(gw_rows_text(rows, 0, 2), "not_found"))
		err = GW_NOT_FOUND;
	else if (err == GW_OK && !gw_str_equal_c(gw_rows_text(rows, 0, 2), "cancelled"))
		err = GW_CONFLICT;
	gw_rows_free(rows);
	return err;
}

enum directory_column {
	AGENT_ID,
	MAY_ACT,
	KIND,
	ENTRY_ID,
	NAME,
	ENTRY_TYPE,
	ONLINE,
	LAST_SEEN,
	DESCRIPTION,
	CHANNELS
};

enum gw_err gw_directory_list(struct gw_db *db, const struct gw_agent_key *key, struct gw_str part,
			      int32_t limit, int64_t online_after, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_uuid first;
	struct gw_uuid other;
	enum gw_err err = GW_OK;
	int agents = 0;

	gw_params_agent_key(&params, key);
	gw_params_text(&params, part);
	gw_params_int(&params, limit);
	gw_params_interval(&params, online_after);
	err = gw_db_exec(db, GW_STATEMENT_DIRECTORY_LIST, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) > 0 && gw_rows_uuid(rows, 0, AGENT_ID, &first)) {
		agents = 1;
		for (int row = 1; row < gw_rows_count(rows); row++) {
			if (gw_rows_uuid(rows, row, AGENT_ID, &other) &&
			    !gw_uuid_equal(&first, &other))
				agents = 2;
		}
	}
	err = served(key, rows, agents);
	if (err != GW_OK)
		gw_rows_free(rows);
	else
		*ret_rows = rows;
	return err;
}

bool gw_directory_entry(const struct gw_rows *rows, int row, struct gw_directory_entry *ret_entry)
{
	struct gw_directory_entry entry = {.has_online = false};
	int64_t channels = 0;

	if (row >= gw_rows_count(rows) || !gw_rows_uuid(rows, row, ENTRY_ID, &entry.id))
		return false;
	entry.kind = gw_rows_text(rows, row, KIND);
	entry.name = gw_rows_text(rows, row, NAME);
	entry.type = gw_rows_text(rows, row, ENTRY_TYPE);
	entry.description = gw_rows_text(rows, row, DESCRIPTION);
	entry.has_online = !gw_rows_is_null(rows, row, ONLINE);
	entry.online = gw_rows_bool(rows, row, ONLINE);
	entry.last_seen = gw_rows_time(rows, row, LAST_SEEN);
	channels = gw_rows_int(rows, row, CHANNELS);
	entry.feishu = (channels & 1) != 0;
	entry.email = (channels & 2) != 0;
	*ret_entry = entry;
	return true;
}
