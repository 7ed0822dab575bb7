/* SPDX-License-Identifier: ISC */
/*
 * kind_trial.c: jobs of the kind "trial": an operator wants to see whether a language model answers. It is asked for one word, once:
 * whatever comes of it is what the operator sees, who waits for it.
 */
#include "worker/kind.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "worker/ask.h"

#define LONGEST 30       /* seconds for an answer */
#define ANSWER_TOKENS 16 /* the least that all providers accept */
/* Nobody waits for it any more. */
#define PATIENCE (120 * GW_USEC_PER_SEC)

/* Columns of sql/statements/trial_load.sql. */
enum { ID, PROVIDER, MODEL, BASE_URL, KEY, TEMPERATURE, TIMEOUT, QUIRKS, NAME };

static enum gw_err load_trials(struct gw_tx *tx, const struct gw_job *const *jobs, const bool *ask,
			       size_t count, void **ret_load)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	char id[GW_UUID_TEXT_SIZE];
	struct gw_buf ids;
	enum gw_err err = GW_OK;

	(void)ask;
	gw_buf_init(&ids, count * GW_UUID_TEXT_SIZE + 3);
	for (size_t i = 0; i < count; i++)
		gw_buf_addf(&ids, "%c%s", i == 0 ? '{' : ',',
			    gw_uuid_format(&jobs[i]->subject, id));
	gw_buf_add_char(&ids, '}');
	gw_params_text(&params, gw_buf_str(&ids));
	err = gw_tx_exec(tx, GW_STATEMENT_TRIAL_LOAD, &params, &rows);
	gw_buf_release(&ids);
	if (err == GW_OK)
		*ret_load = rows;
	return err;
}

static void unload_trials(void *load)
{
	gw_rows_free(load);
}

static struct gw_str name_target(const void *load, size_t index)
{
	return gw_rows_text(load, (int)index, NAME);
}

static void write_prompt(const struct gw_question *question, struct gw_buf *out)
{
	(void)question;
	gw_buf_add_c(out, "Answer with the one word OK.");
}

static void begin_trial(struct gw_task *task, const struct gw_job *job, const void *load,
			size_t index)
{
	const struct gw_rows *rows = load;
	struct gw_question question = {.outcome = GW_QUESTION_ASK};
	struct gw_model *model = &question.models[GW_JOB_PRIMARY];
	int row = (int)index;

	if (!gw_rows_uuid(rows, row, ID, &model->id)) {
		gw_task_dead(task, "it was removed", "the model was removed");
		return;
	}
	if (job->age > PATIENCE) {
		gw_task_dead(task, "it could not be asked in time",
			     "no worker took it in time: nobody waits for it any more");
		return;
	}
	model->state = GW_MODEL_OK;
	model->provider = gw_rows_text(rows, row, PROVIDER);
	model->model = gw_rows_text(rows, row, MODEL);
	model->base_url = gw_rows_text(rows, row, BASE_URL);
	model->key = gw_rows_text(rows, row, KEY);
	model->has_temperature = !gw_rows_is_null(rows, row, TEMPERATURE);
	model->temperature = model->has_temperature ? gw_rows_double(rows, row, TEMPERATURE) : 0;
	model->request_timeout = gw_rows_int(rows, row, TIMEOUT);
	if (model->request_timeout <= 0 || model->request_timeout > LONGEST)
		model->request_timeout = LONGEST;
	model->max_output_tokens = ANSWER_TOKENS;
	model->quirks = (uint32_t)gw_rows_int(rows, row, QUIRKS);
	gw_ask_begin(task, job, &question, write_prompt);
	/* what failed is the answer: nothing is tried again */
	task->ask.policy.max_attempts = 1;
}

static enum gw_err record_trials(struct gw_tx *tx, struct gw_task *const *tasks, size_t count)
{
	enum gw_err err = GW_OK;

	for (size_t i = 0; err == GW_OK && i < count; i++) {
		const struct gw_task *task = tasks[i];
		bool answered = task->settlement.state == GW_JOB_DONE;
		struct gw_params params = GW_PARAMS_EMPTY;
		struct gw_rows *rows = NULL;

		gw_params_uuid(&params, &task->subject);
		gw_params_bool(&params, answered);
		gw_params_text(&params, answered ? gw_buf_str(&task->content) : GW_STR_NULL);
		gw_params_text(&params, answered ? GW_STR_NULL
					: task->settlement.error.len > 0
						? task->settlement.error
						: gw_buf_str(&task->content));
		gw_params_bigint(&params, (gw_monotonic() - task->started) / 1000);
		gw_params_bigint(&params, task->ask.tokens);
		err = gw_tx_exec(tx, GW_STATEMENT_TRIAL_END, &params, &rows);
		gw_rows_free(rows);
	}
	return err;
}

const struct gw_kind gw_kind_trial = {
	.name = "trial",
	.load = load_trials,
	.unload = unload_trials,
	.target = name_target,
	.begin = begin_trial,
	.record = record_trials,
};
