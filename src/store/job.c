/* SPDX-License-Identifier: ISC */
/*
 * job.c: taking jobs. How they go on is in settlement.c.
 *
 * How due jobs are found without looking at the others is explained in sql/schema/0009_job_kinds.sql and
 * sql/functions/jobs_take.sql.
 */
#include "store/job.h"

#include "base/alloc.h"
#include "store/array.h"

/* Columns of job_take.sql. */
enum column {
	ID,
	KIND,
	SOURCE_AGENT,
	TARGET_AGENT,
	SOURCE_USER,
	CONVERSATION,
	SUBJECT,
	TENANT,
	RESOURCE,
	EPOCH,
	ATTEMPTS,
	WASTED,
	LOST,
	AGE,
	USE_FALLBACK,
	PRIMARY_AFTER,
	FALLBACK_AFTER,
	CONTENT,
	WAIT,
};

static bool read_job(const struct gw_rows *rows, int row, struct gw_job *job)
{
	if (!gw_rows_uuid(rows, row, ID, &job->id))
		return false;
	job->kind = gw_rows_text(rows, row, KIND);
	(void)gw_rows_uuid(rows, row, SOURCE_AGENT, &job->source_agent);
	(void)gw_rows_uuid(rows, row, TARGET_AGENT, &job->target_agent);
	(void)gw_rows_uuid(rows, row, SOURCE_USER, &job->source_user);
	(void)gw_rows_uuid(rows, row, SUBJECT, &job->subject);
	(void)gw_rows_uuid(rows, row, TENANT, &job->tenant);
	(void)gw_rows_uuid(rows, row, RESOURCE, &job->resource);
	job->conversation = gw_rows_text(rows, row, CONVERSATION);
	job->content = gw_rows_text(rows, row, CONTENT);
	job->epoch = gw_rows_int(rows, row, EPOCH);
	job->attempts = gw_rows_int(rows, row, ATTEMPTS);
	job->wasted = gw_rows_int(rows, row, WASTED);
	job->lost = gw_rows_int(rows, row, LOST);
	job->age = gw_rows_int(rows, row, AGE);
	job->use_fallback = gw_rows_bool(rows, row, USE_FALLBACK);
	job->after[GW_JOB_PRIMARY] = gw_rows_int(rows, row, PRIMARY_AFTER);
	job->after[GW_JOB_FALLBACK] = gw_rows_int(rows, row, FALLBACK_AFTER);
	return true;
}

/* The last row says how to go on, all others are jobs. */
static enum gw_err read_batch(struct gw_rows *rows, struct gw_job_batch **ret_batch)
{
	struct gw_job_batch *batch = gw_xcalloc(1, sizeof(*batch));
	int last = gw_rows_count(rows) - 1;

	batch->rows = rows;
	if (last < 0)
		goto broken;
	batch->count = (size_t)last;
	batch->jobs = gw_xcalloc(batch->count, sizeof(*batch->jobs));
	for (int row = 0; row < last; row++) {
		if (!read_job(rows, row, &batch->jobs[row]))
			goto broken;
	}
	batch->wait =
		gw_rows_is_null(rows, last, WAIT) ? GW_JOB_NEVER : gw_rows_int(rows, last, WAIT);
	batch->has_last_tenant = gw_rows_uuid(rows, last, TENANT, &batch->last_tenant);
	*ret_batch = batch;
	return GW_OK;
broken:
	gw_job_batch_free(batch);
	return GW_INTERNAL;
}

static void add_shares(const struct gw_job_share *shares, size_t count, struct gw_buf *ids,
		       struct gw_buf *numbers)
{
	gw_buf_init(ids, count * GW_UUID_TEXT_SIZE + 2);
	gw_buf_init(numbers, count * 12 + 2);
	gw_array_begin(ids);
	gw_array_begin(numbers);
	for (size_t i = 0; i < count; i++) {
		gw_array_add_uuid(ids, &shares[i].id);
		gw_array_add_int(numbers, shares[i].count);
	}
	(void)gw_array_end(ids);
	(void)gw_array_end(numbers);
}

/* Alone, one that may have the part p of all goes on while running < w * free, with w = p / (1 - p). */
static void add_weight(struct gw_params *params, double part)
{
	if (part >= 1)
		gw_params_null(params);
	else
		gw_params_double(params, part / (1 - part));
}

enum gw_err gw_job_take(struct gw_tx *tx, const struct gw_job_demand *demand,
			struct gw_job_batch **ret_batch)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf tenants, tenant_jobs, resources, resource_jobs;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	add_shares(demand->tenants, demand->tenant_count, &tenants, &tenant_jobs);
	add_shares(demand->resources, demand->resource_count, &resources, &resource_jobs);
	gw_params_text_c(&params, demand->worker);
	gw_params_interval(&params, demand->lease);
	gw_params_int(&params, demand->room);
	gw_params_int(&params, demand->free);
	if (demand->deadline > 0)
		gw_params_interval(&params, demand->deadline);
	else
		gw_params_null(&params);
	gw_params_uuid(&params, demand->after_tenant);
	gw_params_text(&params, gw_buf_str(&tenants));
	gw_params_text(&params, gw_buf_str(&tenant_jobs));
	gw_params_text(&params, gw_buf_str(&resources));
	gw_params_text(&params, gw_buf_str(&resource_jobs));
	add_weight(&params, demand->tenant_part);
	add_weight(&params, demand->resource_part);
	err = gw_tx_exec(tx, GW_STATEMENT_JOB_TAKE, &params, &rows);
	if (err == GW_OK)
		err = read_batch(rows, ret_batch);
	gw_buf_release(&tenants);
	gw_buf_release(&tenant_jobs);
	gw_buf_release(&resources);
	gw_buf_release(&resource_jobs);
	return err;
}

void gw_job_batch_free(struct gw_job_batch *batch)
{
	if (batch == NULL)
		return;
	gw_rows_free(batch->rows);
	free(batch->jobs);
	free(batch);
}

enum gw_err gw_worker_seen(struct gw_db *db, const char *worker, const char *version,
			   int64_t validity, int in_flight, int max_inflight)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_text_c(&params, worker);
	gw_params_text_c(&params, version);
	gw_params_interval(&params, validity);
	gw_params_int(&params, in_flight);
	gw_params_int(&params, max_inflight);
	return gw_db_run(db, GW_STATEMENT_WORKER_SEEN, &params);
}

enum gw_err gw_worker_gone(struct gw_db *db, const char *worker)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_text_c(&params, worker);
	return gw_db_run(db, GW_STATEMENT_WORKER_GONE, &params);
}

enum gw_err gw_clock_follow(struct gw_db *db, int64_t job_lease, int64_t *ret_back)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_interval(&params, job_lease);
	err = gw_db_exec(db, GW_STATEMENT_CLOCK_FOLLOW, &params, &rows);
	if (err != GW_OK)
		return err;
	*ret_back = gw_rows_int(rows, 0, 0);
	gw_rows_free(rows);
	return GW_OK;
}
