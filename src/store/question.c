/* SPDX-License-Identifier: ISC */
/*
 * question.c: see question.h.
 */
#include "store/question.h"

#include "base/alloc.h"
#include "store/array.h"

#include <assert.h>

/* Columns of job_consult.sql. */
enum consult_column { N, OUTCOME, NAME, ROLE_DESCRIPTION, BIO, PRIMARY_MODEL, FALLBACK_MODEL };

/* Columns of model_find.sql. */
enum model_column { ID, STATE, PROVIDER, MODEL, KEY, URL, TEMPERATURE, TIMEOUT, OUTPUT, QUIRKS };

/* The position of a word in a list; -1 if it is not there. */
static int find_word(struct gw_str text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (words[i] != NULL && gw_str_equal_c(text, words[i]))
			return (int)i;
	}
	return -1;
}

static bool read_question(const struct gw_rows *rows, int row, struct gw_question_batch *batch)
{
	static const char *const outcomes[] = {
		[GW_QUESTION_ASK] = "ask",
		[GW_QUESTION_UNASKED] = "unasked",
		[GW_QUESTION_GONE] = "gone",
		[GW_QUESTION_NO_CALLS] = "calls",
		[GW_QUESTION_TOKENS_DAY] = "tokens_day",
		[GW_QUESTION_TOKENS_MONTH] = "tokens_month",
	};
	int outcome = find_word(gw_rows_text(rows, row, OUTCOME), outcomes, GW_ARRAY_LEN(outcomes));
	int64_t n = gw_rows_int(rows, row, N);
	struct gw_question *question = NULL;

	if (n < 1 || n > (int64_t)batch->count || outcome < 0)
		return false;
	question = &batch->questions[n - 1];
	question->outcome = (enum gw_question_outcome)outcome;
	question->target_name = gw_rows_text(rows, row, NAME);
	question->role_description = gw_rows_text(rows, row, ROLE_DESCRIPTION);
	question->bio = gw_rows_text(rows, row, BIO);
	for (int i = 0; i < GW_JOB_MODELS; i++) {
		struct gw_model *model = &question->models[i];

		model->state = gw_rows_uuid(rows, row, PRIMARY_MODEL + i, &model->id)
				       ? GW_MODEL_MISSING
				       : GW_MODEL_NONE;
	}
	/* the same model again is no fallback */
	if (gw_uuid_equal(&question->models[GW_JOB_PRIMARY].id,
			  &question->models[GW_JOB_FALLBACK].id))
		question->models[GW_JOB_FALLBACK].state = GW_MODEL_NONE;
	return true;
}

static bool read_model(const struct gw_rows *rows, int row, struct gw_model *model)
{
	static const char *const states[] = {
		[GW_MODEL_DISABLED] = "disabled",
		[GW_MODEL_TOKENS] = "tokens",
		[GW_MODEL_OK] = "ok",
	};
	int state = find_word(gw_rows_text(rows, row, STATE), states, GW_ARRAY_LEN(states));

	if (state < 0)
		return false;
	model->state = (enum gw_model_state)state;
	model->provider = gw_rows_text(rows, row, PROVIDER);
	model->model = gw_rows_text(rows, row, MODEL);
	model->key = gw_rows_text(rows, row, KEY);
	model->base_url = gw_rows_text(rows, row, URL);
	model->has_temperature = !gw_rows_is_null(rows, row, TEMPERATURE);
	model->temperature = gw_rows_double(rows, row, TEMPERATURE);
	model->request_timeout = gw_rows_int(rows, row, TIMEOUT);
	model->max_output_tokens = gw_rows_int(rows, row, OUTPUT);
	model->quirks = (uint32_t)gw_rows_int(rows, row, QUIRKS);
	return true;
}

static void add_models(const struct gw_question_batch *batch, struct gw_buf *ids)
{
	gw_array_begin(ids);
	for (size_t i = 0; i < batch->count * GW_JOB_MODELS; i++) {
		const struct gw_question *question = &batch->questions[i / GW_JOB_MODELS];
		const struct gw_model *model = &question->models[i % GW_JOB_MODELS];

		if (model->state != GW_MODEL_NONE)
			gw_array_add_uuid(ids, &model->id);
	}
}

/* Fills in the models; those that are not found stay missing. */
static enum gw_err find_models(struct gw_tx *tx, struct gw_question_batch *batch)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_buf ids;
	enum gw_err err = GW_OK;

	gw_buf_init(&ids, batch->count * GW_JOB_MODELS * GW_UUID_TEXT_SIZE + 2);
	add_models(batch, &ids);
	gw_params_text(&params, gw_array_end(&ids));
	err = gw_tx_exec(tx, GW_STATEMENT_MODEL_FIND, &params, &rows);
	gw_buf_release(&ids);
	if (err != GW_OK)
		return err;
	gw_question_keep(batch, rows);
	for (int row = 0; row < gw_rows_count(rows); row++) {
		struct gw_uuid id;

		if (!gw_rows_uuid(rows, row, ID, &id))
			return GW_INTERNAL;
		for (size_t i = 0; i < batch->count * GW_JOB_MODELS; i++) {
			struct gw_question *question = &batch->questions[i / GW_JOB_MODELS];
			struct gw_model *model = &question->models[i % GW_JOB_MODELS];

			if (model->state != GW_MODEL_NONE && gw_uuid_equal(&model->id, &id) &&
			    !read_model(rows, row, model))
				return GW_INTERNAL;
		}
	}
	return GW_OK;
}

static enum gw_err find_agents(struct gw_tx *tx, const struct gw_job *const *jobs, const bool *ask,
			       struct gw_question_batch *batch)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_buf ids, asks;
	enum gw_err err = GW_OK;

	gw_buf_init(&ids, batch->count * GW_UUID_TEXT_SIZE + 2);
	gw_buf_init(&asks, batch->count * 4 + 2);
	gw_array_begin(&ids);
	gw_array_begin(&asks);
	for (size_t i = 0; i < batch->count; i++) {
		gw_array_add_uuid(&ids, &jobs[i]->id);
		gw_array_add_text(&asks, ask[i] ? GW_STR_LIT("t") : GW_STR_LIT("f"));
	}
	gw_params_text(&params, gw_array_end(&ids));
	gw_params_text(&params, gw_array_end(&asks));
	err = gw_tx_exec(tx, GW_STATEMENT_JOB_CONSULT, &params, &rows);
	gw_buf_release(&ids);
	gw_buf_release(&asks);
	if (err != GW_OK)
		return err;
	gw_question_keep(batch, rows);
	for (int row = 0; row < gw_rows_count(rows); row++) {
		if (!read_question(rows, row, batch))
			return GW_INTERNAL;
	}
	return gw_rows_count(rows) == (int)batch->count ? GW_OK : GW_INTERNAL;
}

enum gw_err gw_question_consult(struct gw_tx *tx, const struct gw_job *const *jobs, const bool *ask,
				size_t count, struct gw_question_batch **ret_batch)
{
	struct gw_question_batch *batch = gw_xcalloc(1, sizeof(*batch));
	enum gw_err err = GW_OK;

	batch->count = count;
	batch->questions = gw_xcalloc(count, sizeof(*batch->questions));
	err = find_agents(tx, jobs, ask, batch);
	if (err == GW_OK)
		err = find_models(tx, batch);
	if (err == GW_OK)
		*ret_batch = batch;
	else
		gw_question_batch_free(batch);
	return err;
}

void gw_question_keep(struct gw_question_batch *batch, struct gw_rows *rows)
{
	assert(batch->result_count < GW_QUESTION_RESULTS);
	batch->results[batch->result_count++] = rows;
}

void gw_question_batch_free(struct gw_question_batch *batch)
{
	if (batch == NULL)
		return;
	for (size_t i = 0; i < batch->result_count; i++)
		gw_rows_free(batch->results[i]);
	free(batch->lines);
	free(batch->questions);
	free(batch);
}
