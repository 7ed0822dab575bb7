/* SPDX-License-Identifier: ISC */
/*
 * settlement.c: how claimed jobs go on: renewed, given back, or settled; see job.h.
 */
#include "store/job.h"

#include "base/alloc.h"
#include "store/array.h"

/* Enters which claims a statement returned. Both lists are short enough for this, or sorted the same way. */
static void mark_held(const struct gw_rows *rows, struct gw_job_claim **claims, size_t count)
{
	struct gw_uuid id;
	size_t next = 0;

	for (size_t i = 0; i < count; i++)
		claims[i]->held = false;
	for (int row = 0; row < gw_rows_count(rows); row++) {
		if (!gw_rows_uuid(rows, row, 0, &id))
			continue;
		for (size_t tried = 0; tried < count; tried++, next = (next + 1) % count) {
			if (!claims[next]->held && gw_uuid_equal(&claims[next]->id, &id)) {
				claims[next]->held = true;
				break;
			}
		}
	}
}

static void add_claims(struct gw_buf *ids, struct gw_buf *epochs, struct gw_job_claim **claims,
		       size_t count)
{
	gw_array_begin(ids);
	gw_array_begin(epochs);
	for (size_t i = 0; i < count; i++) {
		gw_array_add_uuid(ids, &claims[i]->id);
		gw_array_add_int(epochs, claims[i]->epoch);
	}
}

static int by_id(const void *a, const void *b)
{
	const struct gw_job_claim *const *left = a;
	const struct gw_job_claim *const *right = b;

	return memcmp((*left)->id.bytes, (*right)->id.bytes, sizeof((*left)->id.bytes));
}

/* Renewal and giving back: `lease` 0 for the latter. */
static enum gw_err update_claims(struct gw_db *db, enum gw_statement statement, const char *worker,
				 int64_t lease, struct gw_job_claim *claims, size_t count)
{
	struct gw_job_claim **list = gw_xcalloc(count, sizeof(struct gw_job_claim *));
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_buf ids, epochs;
	enum gw_err err = GW_OK;

	/* in the order in which the statement returns them */
	for (size_t i = 0; i < count; i++)
		list[i] = &claims[i];
	qsort(list, count, sizeof(struct gw_job_claim *), by_id);
	gw_buf_init(&ids, GW_ARRAY_MAX);
	gw_buf_init(&epochs, GW_ARRAY_MAX);
	add_claims(&ids, &epochs, list, count);
	gw_params_text_c(&params, worker);
	if (lease > 0)
		gw_params_interval(&params, lease);
	gw_params_text(&params, gw_array_end(&ids));
	gw_params_text(&params, gw_array_end(&epochs));
	err = gw_db_exec(db, statement, &params, &rows);
	if (err == GW_OK) {
		mark_held(rows, list, count);
		gw_rows_free(rows);
	}
	gw_buf_release(&ids);
	gw_buf_release(&epochs);
	free(list);
	return err;
}

enum gw_err gw_job_renew(struct gw_db *db, const char *worker, int64_t lease,
			 struct gw_job_claim *claims, size_t count)
{
	return count == 0 ? GW_OK
			  : update_claims(db, GW_STATEMENT_JOB_RENEW, worker, lease, claims, count);
}

enum gw_err gw_job_release(struct gw_db *db, const char *worker, struct gw_job_claim *claims,
			   size_t count)
{
	return count == 0 ? GW_OK
			  : update_claims(db, GW_STATEMENT_JOB_RELEASE, worker, 0, claims, count);
}

/* The arrays of job_settle.sql, in the order of its parameters. */
enum array {
	IDS,
	EPOCHS,
	STATES,
	ERRORS,
	DELAYS,
	ATTEMPTED,
	WASTED,
	USE_FALLBACK,
	PRIMARY_DELAYS,
	FALLBACK_DELAYS,
	RESOURCES,
	EXPIRED,
	ARRAYS,
};

static void add_after(struct gw_buf *array, int64_t after)
{
	if (after < 0)
		gw_array_add_null(array);
	else
		gw_array_add_int(array, after);
}

static void add_bool(struct gw_buf *array, bool value)
{
	gw_array_add_text(array, value ? GW_STR_LIT("t") : GW_STR_LIT("f"));
}

static void add_settlement(struct gw_buf arrays[ARRAYS], const struct gw_job_settlement *settlement)
{
	static const char *const states[] = {
		[GW_JOB_DONE] = "done", [GW_JOB_DEAD] = "dead", [GW_JOB_RETRY] = "queued"};

	gw_array_add_uuid(&arrays[IDS], &settlement->claim.id);
	gw_array_add_int(&arrays[EPOCHS], settlement->claim.epoch);
	gw_array_add_text(&arrays[STATES], gw_str(states[settlement->state]));
	gw_array_add_text(&arrays[ERRORS], settlement->error);
	gw_array_add_int(&arrays[DELAYS], settlement->delay);
	add_bool(&arrays[ATTEMPTED], settlement->attempted);
	add_bool(&arrays[WASTED], settlement->wasted);
	add_bool(&arrays[USE_FALLBACK], settlement->use_fallback);
	add_after(&arrays[PRIMARY_DELAYS], settlement->after[GW_JOB_PRIMARY]);
	add_after(&arrays[FALLBACK_DELAYS], settlement->after[GW_JOB_FALLBACK]);
	gw_array_add_uuid(&arrays[RESOURCES], &settlement->resource);
	add_bool(&arrays[EXPIRED], settlement->expired);
}

enum gw_err gw_job_settle(struct gw_tx *tx, const char *worker,
			  struct gw_job_settlement *const *settlements, size_t count)
{
	struct gw_job_claim **list = NULL;
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_buf arrays[ARRAYS];
	enum gw_err err = GW_OK;

	if (count == 0)
		return GW_OK;
	list = gw_xcalloc(count, sizeof(struct gw_job_claim *));
	for (int i = 0; i < ARRAYS; i++) {
		gw_buf_init(&arrays[i], GW_ARRAY_MAX);
		gw_array_begin(&arrays[i]);
	}
	for (size_t i = 0; i < count; i++) {
		list[i] = &settlements[i]->claim;
		add_settlement(arrays, settlements[i]);
	}
	gw_params_text_c(&params, worker);
	for (int i = 0; i < ARRAYS; i++)
		gw_params_text(&params, gw_array_end(&arrays[i]));
	err = gw_tx_exec(tx, GW_STATEMENT_JOB_SETTLE, &params, &rows);
	if (err == GW_OK) {
		mark_held(rows, list, count);
		gw_rows_free(rows);
	}
	for (int i = 0; i < ARRAYS; i++)
		gw_buf_release(&arrays[i]);
	free(list);
	return err;
}
