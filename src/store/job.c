/*
 * job.c: claims, and what is to be known about claimed jobs. How they end is in settlement.c.
 *
 * The statements are sql/statements/job_*.sql; how due jobs are found without looking at the others is explained in
 * sql/schema/0004_worker.sql.
 */
#include "store/job.h"

#include "base/alloc.h"
#include "store/array.h"

/* Columns of job_claim.sql. */
enum claim_column { CLAIM_ID, CLAIM_SOURCE, CLAIM_TARGET, CLAIM_EPOCH, CLAIM_ATTEMPTS, CLAIM_LOST };

/* Columns of job_context.sql; those from PRIMARY on come again for the fallback. */
enum context_column {
	N,
	KIND,
	TEXT,
	NAME,
	OUTCOME,
	TARGET_NAME,
	ROLE_DESCRIPTION,
	BIO,
	USE_FALLBACK,
	PRIMARY_AFTER,
	FALLBACK_AFTER,
	PRIMARY,
	FALLBACK = PRIMARY + 9,
};

enum model_column { STATE, ID, PROVIDER, MODEL, KEY, URL, TEMPERATURE, TIMEOUT, OUTPUT };

enum { KIND_JOB, KIND_HISTORY };

struct gw_uuid gw_job_conversation(const struct gw_uuid *a, const struct gw_uuid *b)
{
	static const struct gw_uuid name_space = {{0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x78, 0x90,
						   0xab, 0xcd, 0xef, 0x12, 0x34, 0x56, 0x78, 0x90}};
	bool in_order = memcmp(a->bytes, b->bytes, sizeof(a->bytes)) < 0;
	char name[2 * GW_UUID_TEXT_SIZE];

	/* the order of the bytes is that of their lower-case hexadecimal digits */
	(void)gw_uuid_format(in_order ? a : b, name);
	name[GW_UUID_TEXT_SIZE - 1] = '_';
	(void)gw_uuid_format(in_order ? b : a, name + GW_UUID_TEXT_SIZE);
	return gw_uuid_v5(&name_space, gw_str(name));
}

struct gw_uuid gw_job_message_id(const struct gw_uuid *job)
{
	return gw_uuid_v5(job, GW_STR_LIT("reply"));
}

/* The position of a word in a list; -1 if it is not there. */
static int word(struct gw_str text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (gw_str_equal_c(text, words[i]))
			return (int)i;
	}
	return -1;
}

static bool read_model(const struct gw_rows *rows, int row, int first, struct gw_job_model *model)
{
	static const char *const states[] = {
		[GW_JOB_MODEL_NONE] = "none",
		[GW_JOB_MODEL_MISSING] = "missing",
		[GW_JOB_MODEL_DISABLED] = "disabled",
		[GW_JOB_MODEL_TOKENS] = "tokens",
		[GW_JOB_MODEL_OK] = "ok",
	};
	int state = word(gw_rows_text(rows, row, first + STATE), states, GW_ARRAY_LEN(states));

	if (state < 0)
		return false;
	model->state = (enum gw_job_model_state)state;
	(void)gw_rows_uuid(rows, row, first + ID, &model->id);
	model->provider = gw_rows_text(rows, row, first + PROVIDER);
	model->model = gw_rows_text(rows, row, first + MODEL);
	model->key = gw_rows_text(rows, row, first + KEY);
	model->base_url = gw_rows_text(rows, row, first + URL);
	model->has_temperature = !gw_rows_is_null(rows, row, first + TEMPERATURE);
	model->temperature = gw_rows_double(rows, row, first + TEMPERATURE);
	model->request_timeout = gw_rows_int(rows, row, first + TIMEOUT);
	model->max_output_tokens = gw_rows_int(rows, row, first + OUTPUT);
	return true;
}

static bool read_job(const struct gw_rows *rows, int row, struct gw_job *job)
{
	static const char *const outcomes[] = {
		[GW_JOB_ASK] = "ask",
		[GW_JOB_GONE] = "gone",
		[GW_JOB_NO_CALLS] = "calls",
		[GW_JOB_TOKENS_DAY] = "tokens_day",
		[GW_JOB_TOKENS_MONTH] = "tokens_month",
	};
	int outcome = word(gw_rows_text(rows, row, OUTCOME), outcomes, GW_ARRAY_LEN(outcomes));

	if (outcome < 0 || !read_model(rows, row, PRIMARY, &job->models[GW_JOB_PRIMARY]) ||
	    !read_model(rows, row, FALLBACK, &job->models[GW_JOB_FALLBACK]))
		return false;
	job->outcome = (enum gw_job_outcome)outcome;
	job->content = gw_rows_text(rows, row, TEXT);
	job->source_name = gw_rows_text(rows, row, NAME);
	job->target_name = gw_rows_text(rows, row, TARGET_NAME);
	job->role_description = gw_rows_text(rows, row, ROLE_DESCRIPTION);
	job->bio = gw_rows_text(rows, row, BIO);
	job->use_fallback = gw_rows_bool(rows, row, USE_FALLBACK);
	for (int i = 0; i < GW_JOB_MODELS; i++) {
		int64_t after = gw_rows_int(rows, row, PRIMARY_AFTER + i);

		job->models[i].after = after > 0 ? after : 0;
	}
	return true;
}

/* Adds what job_context.sql found to the batch, whose jobs are in the order in which they were asked for. */
static bool read_context(struct gw_job_batch *batch)
{
	int count = gw_rows_count(batch->rows);
	struct gw_job *job = NULL;
	size_t described = 0;
	size_t line = 0;

	batch->lines = gw_xcalloc((size_t)count, sizeof(*batch->lines));
	for (int row = 0; row < count; row++) {
		int64_t n = gw_rows_int(batch->rows, row, N);

		if (n < 1 || n > (int64_t)batch->count)
			return false;
		job = &batch->jobs[n - 1];
		if (gw_rows_int(batch->rows, row, KIND) == KIND_JOB) {
			if (!read_job(batch->rows, row, job))
				return false;
			described++;
			continue;
		}
		if (job->history_count == 0)
			job->history = &batch->lines[line];
		batch->lines[line].assistant =
			gw_str_equal_c(gw_rows_text(batch->rows, row, NAME), "assistant");
		batch->lines[line].text = gw_rows_text(batch->rows, row, TEXT);
		job->history_count++;
		line++;
	}
	return described == batch->count;
}

static enum gw_err find_context(struct gw_tx *tx, struct gw_job_batch *batch)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf ids, conversations, user_rows;
	enum gw_err err = GW_OK;

	gw_buf_init(&ids, batch->count * GW_UUID_TEXT_SIZE + 2);
	gw_buf_init(&conversations, batch->count * GW_UUID_TEXT_SIZE + 2);
	gw_buf_init(&user_rows, batch->count * GW_UUID_TEXT_SIZE + 2);
	gw_array_begin(&ids);
	gw_array_begin(&conversations);
	gw_array_begin(&user_rows);
	for (size_t i = 0; i < batch->count; i++) {
		struct gw_uuid user_row = gw_uuid_v5(&batch->jobs[i].id, GW_STR_LIT("user"));

		gw_array_add_uuid(&ids, &batch->jobs[i].id);
		gw_array_add_uuid(&conversations, &batch->jobs[i].conversation);
		gw_array_add_uuid(&user_rows, &user_row);
	}
	gw_params_text(&params, gw_array_end(&ids));
	gw_params_text(&params, gw_array_end(&conversations));
	gw_params_text(&params, gw_array_end(&user_rows));
	gw_params_int(&params, GW_JOB_HISTORY);
	gw_params_int(&params, GW_JOB_HISTORY_CHARACTERS);
	err = gw_tx_exec(tx, GW_STATEMENT_JOB_CONTEXT, &params, &batch->rows);
	if (err == GW_OK && !read_context(batch))
		err = GW_INTERNAL;
	gw_buf_release(&ids);
	gw_buf_release(&conversations);
	gw_buf_release(&user_rows);
	return err;
}

static enum gw_err claim_rows(struct gw_tx *tx, const char *worker, int64_t lease, int limit,
			      struct gw_job_batch *batch)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_text_c(&params, worker);
	gw_params_interval(&params, lease);
	gw_params_int(&params, limit);
	err = gw_tx_exec(tx, GW_STATEMENT_JOB_CLAIM, &params, &rows);
	if (err != GW_OK)
		return err;
	batch->count = (size_t)gw_rows_count(rows);
	batch->jobs = gw_xcalloc(batch->count, sizeof(*batch->jobs));
	for (size_t i = 0; i < batch->count; i++) {
		struct gw_job *job = &batch->jobs[i];
		struct gw_uuid source, target;

		if (!gw_rows_uuid(rows, (int)i, CLAIM_ID, &job->id) ||
		    !gw_rows_uuid(rows, (int)i, CLAIM_SOURCE, &source) ||
		    !gw_rows_uuid(rows, (int)i, CLAIM_TARGET, &target)) {
			err = GW_INTERNAL;
			break;
		}
		job->epoch = gw_rows_int(rows, (int)i, CLAIM_EPOCH);
		job->attempts = gw_rows_int(rows, (int)i, CLAIM_ATTEMPTS);
		job->lost = gw_rows_int(rows, (int)i, CLAIM_LOST);
		job->conversation = gw_job_conversation(&source, &target);
	}
	gw_rows_free(rows);
	return err;
}

static enum gw_err claim(struct gw_db *db, const char *worker, int64_t lease, int limit,
			 bool with_context, struct gw_job_batch **ret_batch)
{
	struct gw_job_batch *batch = gw_xcalloc(1, sizeof(*batch));
	struct gw_tx *tx = NULL;
	enum gw_err err = gw_tx_begin(db, &tx);

	if (err != GW_OK)
		goto out;
	err = claim_rows(tx, worker, lease, limit, batch);
	if (err == GW_OK && batch->count > 0 && with_context)
		err = find_context(tx, batch);
	if (err != GW_OK) {
		gw_tx_rollback(tx);
		goto out;
	}
	err = gw_tx_commit(tx);
out:
	if (err == GW_OK)
		*ret_batch = batch;
	else
		gw_job_batch_free(batch);
	return err;
}

enum gw_err gw_job_claim(struct gw_db *db, const char *worker, int64_t lease, int limit,
			 struct gw_job_batch **ret_batch)
{
	return claim(db, worker, lease, limit, true, ret_batch);
}

enum gw_err gw_job_claim_blindly(struct gw_db *db, const char *worker, int64_t lease,
				 struct gw_job_batch **ret_batch)
{
	return claim(db, worker, lease, 1, false, ret_batch);
}

void gw_job_batch_free(struct gw_job_batch *batch)
{
	if (batch == NULL)
		return;
	gw_rows_free(batch->rows);
	free(batch->lines);
	free(batch->jobs);
	free(batch);
}

enum gw_err gw_job_next(struct gw_db *db, int64_t *ret_wait)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_db_exec(db, GW_STATEMENT_JOB_NEXT, &none, &rows);
	int64_t wait = 0;

	if (err != GW_OK)
		return err;
	wait = gw_rows_count(rows) == 0 || gw_rows_is_null(rows, 0, 0) ? GW_JOB_NEVER
								       : gw_rows_int(rows, 0, 0);
	*ret_wait = wait > 0 ? wait : 0;
	gw_rows_free(rows);
	return GW_OK;
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
