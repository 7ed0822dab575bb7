/* SPDX-License-Identifier: ISC */
/*
 * look.c: see look.h.
 */
#include "operator/look.h"

#include "base/clock.h"
#include "store/conversation.h"

/* What is asked of each kind. */
static const struct {
	const char *name;
	enum gw_statement list, show;
} subjects[] = {
	[GW_SUBJECT_MESSAGE] = {"message", GW_STATEMENT_MESSAGE_LIST, GW_STATEMENT_MESSAGE_SHOW},
	[GW_SUBJECT_JOB] = {"job", GW_STATEMENT_JOB_LIST, GW_STATEMENT_JOB_SHOW},
	[GW_SUBJECT_LETTER] = {"letter", GW_STATEMENT_LETTER_LIST, GW_STATEMENT_LETTER_SHOW},
};

const char *gw_subject_name(enum gw_subject subject)
{
	return subjects[subject].name;
}

bool gw_subject_parse(struct gw_str name, enum gw_subject *ret_subject)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(subjects); i++) {
		if (gw_str_equal_c(name, subjects[i].name)) {
			*ret_subject = (enum gw_subject)i;
			return true;
		}
	}
	return false;
}

static void add_place(struct gw_params *params, const struct gw_look *look)
{
	if (look->before == 0) {
		gw_params_null(params);
		gw_params_null(params);
		return;
	}
	gw_params_time(params, look->before);
	gw_params_uuid(params, &look->before_id);
}

enum gw_err gw_look_list(const struct gw_scope *scope, enum gw_subject subject,
			 const struct gw_look *look, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, scope->tenant);
	gw_params_uuid(&params, scope->creator);
	gw_params_uuid(&params, look->agent);
	gw_params_text(&params, look->state);
	gw_params_uuid(&params, look->person);
	gw_params_text(&params, look->text);
	if (look->older_than > 0)
		gw_params_interval(&params, look->older_than);
	else
		gw_params_null(&params);
	add_place(&params, look);
	gw_params_int(&params, look->limit);
	gw_params_bigint(&params, look->reach);
	return gw_db_exec(scope->db, subjects[subject].list, &params, ret_rows);
}

/* The column of that name; -1: there is none. */
static int column_named(const struct gw_rows *rows, const char *name)
{
	for (int column = 0; column < gw_rows_columns(rows); column++) {
		if (strcmp(gw_rows_name(rows, column), name) == 0)
			return column;
	}
	return -1;
}

enum gw_err gw_look_next(const struct gw_scope *scope, enum gw_subject subject,
			 const struct gw_look *look, const struct gw_rows *rows, bool *ret_more,
			 int64_t *ret_before, struct gw_uuid *ret_before_id)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *end = NULL;
	enum gw_err err = GW_OK;
	int count = gw_rows_count(rows);

	if (count >= look->limit) {
		*ret_more = gw_rows_uuid(rows, count - 1, column_named(rows, "id"), ret_before_id);
		*ret_before = gw_rows_time(rows, count - 1, column_named(rows, "created_at"));
		return GW_OK;
	}
	gw_params_text_c(&params, subjects[subject].name);
	gw_params_uuid(&params, look->agent);
	gw_params_text(&params, look->state);
	add_place(&params, look);
	gw_params_bigint(&params, look->reach);
	err = gw_db_exec(scope->db, GW_STATEMENT_LIST_REACH, &params, &end);
	if (err != GW_OK)
		return err;
	*ret_more = gw_rows_count(end) > 0 && gw_rows_uuid(end, 0, 1, ret_before_id);
	if (*ret_more)
		*ret_before = gw_rows_time(end, 0, 0);
	gw_rows_free(end);
	return GW_OK;
}

enum gw_err gw_look_find(const struct gw_scope *scope, const struct gw_uuid *id,
			 const char *trace_id, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, id);
	gw_params_text_c(&params, trace_id);
	gw_params_uuid(&params, scope->tenant);
	gw_params_uuid(&params, scope->creator);
	return gw_db_exec(scope->db, GW_STATEMENT_STORY_FIND, &params, ret_rows);
}

enum gw_err gw_look_story(const struct gw_scope *scope, const struct gw_uuid *id,
			  struct gw_rows **ret_rows)
{
	struct gw_uuid answer = gw_job_message_id(id);
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, id);
	gw_params_uuid(&params, &answer);
	return gw_db_exec(scope->db, GW_STATEMENT_STORY_READ, &params, ret_rows);
}

enum gw_err gw_look_show(const struct gw_scope *scope, enum gw_subject subject,
			 const struct gw_uuid *id, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, id);
	gw_params_uuid(&params, scope->tenant);
	gw_params_uuid(&params, scope->creator);
	return gw_db_exec(scope->db, subjects[subject].show, &params, ret_rows);
}

enum gw_err gw_look_why(struct gw_db *db, const struct gw_uuid *agent, int64_t online,
			int64_t lease, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, agent);
	gw_params_interval(&params, online);
	gw_params_interval(&params, lease);
	return gw_db_exec(db, GW_STATEMENT_AGENT_WHY, &params, ret_rows);
}

/* ---- numbers ---------------------------------------------------------------------------------------------------- */

#define HOUR (INT64_C(3600) * GW_USEC_PER_SEC)

const struct gw_period gw_periods[] = {
	{"1h", 1, HOUR},
	{"24h", 10, 24 * HOUR},
	{"30d", 60, 30 * 24 * HOUR},
	{NULL, 0, 0},
};

const struct gw_period *gw_period_find(struct gw_str name)
{
	const struct gw_period *period = gw_periods;

	while (period->name != NULL && !gw_str_equal_c(name, period->name))
		period++;
	return period->name != NULL ? period : NULL;
}

static enum gw_err exec_period(struct gw_db *db, enum gw_statement statement,
			       const struct gw_uuid *tenant, const struct gw_period *period,
			       struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, tenant);
	gw_params_int(&params, period->minutes);
	gw_params_interval(&params, period->back);
	return gw_db_exec(db, statement, &params, ret_rows);
}

enum gw_err gw_look_numbers(struct gw_db *db, const struct gw_uuid *tenant,
			    const struct gw_period *period, struct gw_rows **ret_rows)
{
	return exec_period(db, GW_STATEMENT_ROLLUP_READ, tenant, period, ret_rows);
}

enum gw_err gw_look_totals(struct gw_db *db, const struct gw_uuid *tenant,
			   const struct gw_period *period, struct gw_rows **ret_rows)
{
	return exec_period(db, GW_STATEMENT_ROLLUP_TOTAL, tenant, period, ret_rows);
}
