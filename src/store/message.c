/* SPDX-License-Identifier: ISC */
/*
 * message.c: see message.h. Each operation is one statement, sql/statements/message_report.sql and message_send.sql.
 */
#include "store/message.h"

#include "base/alloc.h"

/*
 * Rows that a report makes have ids derived from the message's, so that they are made once. The names are part of
 * the contract with the platform.
 */
static struct gw_uuid derived(const struct gw_uuid *message_id, const char *name)
{
	return gw_uuid_v5(message_id, gw_str(name));
}

static bool report_outcome(struct gw_str text, enum gw_report_outcome *ret_outcome)
{
	static const char *const names[] = {
		[GW_REPORT_NOT_FOUND] = "not_found", [GW_REPORT_EXPIRED] = "expired",
		[GW_REPORT_MISMATCH] = "mismatch",   [GW_REPORT_SAME] = "same",
		[GW_REPORT_APPLIED] = "applied",     [GW_REPORT_CANCELLED] = "cancelled",
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(names); i++) {
		if (gw_str_equal_c(text, names[i])) {
			*ret_outcome = (enum gw_report_outcome)i;
			return true;
		}
	}
	return false;
}

enum gw_err gw_message_report(struct gw_db *db, const struct gw_agent_key *key,
			      const struct gw_report *report, struct gw_report_result *ret_result)
{
	struct gw_uuid spoken_id = derived(&report->message_id, "gateway-report-result");
	struct gw_uuid reply_id = derived(&report->message_id, "gateway-report-reply");
	struct gw_report_result result = {.conversation_id = NULL};
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_agent_key(&params, key);
	gw_params_interval(&params, report->seen_interval);
	gw_params_uuid(&params, &report->message_id);
	gw_params_text(&params, report->result);
	gw_params_bool(&params, report->final);
	gw_params_uuid(&params, &spoken_id);
	gw_params_uuid(&params, &reply_id);
	gw_params_bool(&params, report->reply);
	gw_params_text_c(&params, report->trace_id);
	err = gw_db_exec(db, GW_STATEMENT_MESSAGE_REPORT, &params, &rows);
	if (err != GW_OK)
		return err;
	err = gw_agent_only(key, gw_rows_count(rows));
	if (err == GW_OK && !gw_rows_bool(rows, 0, 5))
		err = GW_FORBIDDEN;
	if (err != GW_OK)
		goto out;
	if (!gw_rows_uuid(rows, 0, 0, &result.agent_id) ||
	    !report_outcome(gw_rows_text(rows, 0, 1), &result.outcome)) {
		err = GW_INTERNAL;
		goto out;
	}
	result.has_user = gw_rows_uuid(rows, 0, 2, &result.user_id);
	result.conversation_id = gw_str_dup(gw_rows_text(rows, 0, 3));
	result.has_replied_to = gw_rows_uuid(rows, 0, 6, &result.replied_to);
	result.posted = gw_rows_bool(rows, 0, 7);
	*ret_result = result;
out:
	gw_rows_free(rows);
	return err;
}

static const char *const target_types[] = {
	[GW_TARGET_OPENCLAW_AGENT] = "openclaw_agent",
	[GW_TARGET_AGENT] = "agent",
	[GW_TARGET_HUMAN] = "human",
};

const char *gw_target_type_name(enum gw_target_type type)
{
	return target_types[type];
}

static bool target_type(struct gw_str text, enum gw_target_type *ret_type)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(target_types); i++) {
		if (gw_str_equal_c(text, target_types[i])) {
			*ret_type = (enum gw_target_type)i;
			return true;
		}
	}
	return false;
}

/* Columns of message_send.sql. */
enum column {
	AGENT_ID,
	AGENT_NAME,
	PRIOR_STATE,
	PRIOR_SAME,
	PRIOR_CUT_OFF,
	PRIOR_NAME,
	PRIOR_TYPE,
	PRIOR_CHANNEL,
	PRIOR_MESSAGE,
	TYPE,
	ID,
	NAME,
	EXTERNAL_ID,
	OPEN_ID,
	EMAIL,
	STORED,
	TWINS,
	TENANT_ID,
	MAY_ACT,
	TARGET_MAY_ACT,
	FULL_QUEUE,
};

/* What an earlier request under the same key means for this one. */
static bool read_prior(const struct gw_rows *rows, struct gw_send_result *result)
{
	if (!target_type(gw_rows_text(rows, 0, PRIOR_TYPE), &result->type) ||
	    !gw_rows_uuid(rows, 0, PRIOR_MESSAGE, &result->message_id))
		return false;
	result->name = gw_rows_text(rows, 0, PRIOR_NAME);
	result->channel = gw_rows_text(rows, 0, PRIOR_CHANNEL);
	if (!gw_rows_bool(rows, 0, PRIOR_SAME))
		result->outcome = GW_SEND_MISMATCH;
	else if (gw_str_equal_c(gw_rows_text(rows, 0, PRIOR_STATE), "done"))
		result->outcome = GW_SEND_REPEATED;
	else if (gw_rows_bool(rows, 0, PRIOR_CUT_OFF))
		result->outcome = GW_SEND_CUT_OFF;
	else
		result->outcome = GW_SEND_IN_PROGRESS;
	return true;
}

static bool read_target(const struct gw_rows *rows, struct gw_send_result *result)
{
	int count = gw_rows_count(rows);

	if (gw_rows_is_null(rows, 0, ID)) {
		result->outcome = GW_SEND_NOBODY;
		return true;
	}
	if (count > 1) {
		result->outcome = GW_SEND_AMBIGUOUS;
		for (int row = 0; row < count && row < GW_SEND_MAX_CANDIDATES; row++)
			result->candidates[result->candidate_count++] =
				gw_rows_text(rows, row, NAME);
		return true;
	}
	if (!target_type(gw_rows_text(rows, 0, TYPE), &result->type) ||
	    !gw_rows_uuid(rows, 0, ID, &result->target_id))
		return false;
	result->name = gw_rows_text(rows, 0, NAME);
	result->external_id = gw_rows_text(rows, 0, EXTERNAL_ID);
	result->open_id = gw_rows_text(rows, 0, OPEN_ID);
	result->email = gw_rows_text(rows, 0, EMAIL);
	result->full = gw_rows_text(rows, 0, FULL_QUEUE);
	if (result->type == GW_TARGET_HUMAN)
		result->outcome = GW_SEND_PERSON;
	else if (!gw_rows_bool(rows, 0, TARGET_MAY_ACT))
		result->outcome = GW_SEND_UNAVAILABLE;
	else if (result->full.data != NULL)
		result->outcome = GW_SEND_FULL;
	else
		result->outcome =
			gw_rows_bool(rows, 0, STORED) ? GW_SEND_STORED : GW_SEND_IN_PROGRESS;
	return true;
}

static enum gw_err send_once(struct gw_db *db, const struct gw_agent_key *key,
			     const struct gw_send *send, struct gw_send_result *ret_result)
{
	struct gw_uuid spoken_id = derived(&send->message_id, "gateway-send");
	struct gw_send_result result = {.message_id = send->message_id};
	struct gw_params params = GW_PARAMS_EMPTY;
	enum gw_err err = GW_OK;
	int twins = 0;

	gw_params_agent_key(&params, key);
	gw_params_interval(&params, send->seen_interval);
	gw_params_text(&params, send->target);
	gw_params_text(&params, send->channel);
	gw_params_text(&params, send->content);
	gw_params_uuid(&params, &send->message_id);
	gw_params_uuid(&params, &spoken_id);
	gw_params_text(&params, send->idempotency_key);
	gw_params_bytes(&params, send->digest, sizeof(send->digest));
	gw_params_bigint(&params, send->max_pending_from);
	gw_params_bigint(&params, send->max_pending);
	gw_params_bigint(&params, send->max_pending_organisation);
	gw_params_text_c(&params, send->trace_id);
	err = gw_db_exec(db, GW_STATEMENT_MESSAGE_SEND, &params, &result.rows);
	if (err != GW_OK)
		return err;
	twins = gw_rows_count(result.rows) == 0 ? 0 : (int)gw_rows_int(result.rows, 0, TWINS);
	err = gw_agent_only(key, twins);
	if (err == GW_OK && !gw_rows_bool(result.rows, 0, MAY_ACT))
		err = GW_FORBIDDEN;
	if (err != GW_OK)
		goto out;
	if (!gw_rows_uuid(result.rows, 0, AGENT_ID, &result.agent_id)) {
		err = GW_INTERNAL;
		goto out;
	}
	result.agent_name = gw_rows_text(result.rows, 0, AGENT_NAME);
	(void)gw_rows_uuid(result.rows, 0, TENANT_ID, &result.tenant_id);
	if (!(gw_rows_is_null(result.rows, 0, PRIOR_STATE) ? read_target(result.rows, &result)
							   : read_prior(result.rows, &result))) {
		err = GW_INTERNAL;
		goto out;
	}
	*ret_result = result;
	return GW_OK;
out:
	gw_rows_free(result.rows);
	return err;
}

enum gw_err gw_message_send(struct gw_db *db, const struct gw_agent_key *key,
			    const struct gw_send *send, struct gw_send_result *ret_result)
{
	enum gw_err err = send_once(db, key, send, ret_result);

	/*
	 * Another request took the idempotency key while this one's statement ran: its insert waited for the other's
	 * commit, so what that one wrote is visible to a new statement.
	 */
	if (err == GW_OK && ret_result->outcome == GW_SEND_IN_PROGRESS &&
	    gw_rows_is_null(ret_result->rows, 0, PRIOR_STATE)) {
		gw_send_result_release(ret_result);
		err = send_once(db, key, send, ret_result);
	}
	return err;
}

void gw_send_result_release(struct gw_send_result *result)
{
	gw_rows_free(result->rows);
	result->rows = NULL;
}

/* A statement about an agent and the leases. */
static enum gw_err exec_leases(struct gw_db *db, enum gw_statement statement,
			       const struct gw_uuid *agent, const struct gw_message_leases *leases,
			       struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, agent);
	gw_params_interval(&params, leases->handout);
	gw_params_interval(&params, leases->delivery);
	return gw_db_exec(db, statement, &params, ret_rows);
}

enum gw_err gw_message_due(struct gw_db *db, const struct gw_uuid *agent,
			   const struct gw_message_leases *leases, int64_t *ret_in)
{
	struct gw_rows *rows = NULL;
	enum gw_err err = exec_leases(db, GW_STATEMENT_MESSAGE_DUE, agent, leases, &rows);

	if (err != GW_OK)
		return err;
	*ret_in = gw_rows_is_null(rows, 0, 0) ? INT64_MAX : gw_rows_int(rows, 0, 0);
	gw_rows_free(rows);
	return GW_OK;
}

enum gw_err gw_message_waiting(struct gw_db *db, const struct gw_uuid *agent,
			       const struct gw_message_leases *leases, int32_t *ret_waiting)
{
	struct gw_rows *rows = NULL;
	enum gw_err err = exec_leases(db, GW_STATEMENT_MESSAGE_WAITING, agent, leases, &rows);

	if (err != GW_OK)
		return err;
	*ret_waiting = (int32_t)gw_rows_int(rows, 0, 0);
	gw_rows_free(rows);
	return GW_OK;
}

enum gw_err gw_message_housekeeping(struct gw_db *db, int64_t ttl, int32_t batch,
				    int64_t *ret_ended)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_interval(&params, ttl);
	gw_params_int(&params, batch);
	err = gw_db_exec(db, GW_STATEMENT_MESSAGE_OVERDUE, &params, &rows);
	if (err != GW_OK)
		return err;
	*ret_ended = gw_rows_int(rows, 0, 0);
	gw_rows_free(rows);
	return gw_db_run(db, GW_STATEMENT_BACKLOG_COUNT, &none);
}
