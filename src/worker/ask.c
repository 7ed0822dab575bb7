/* SPDX-License-Identifier: ISC */
/*
 * ask.c: see ask.h.
 */
#include "worker/ask.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"

#define PROMPT_MAX_BYTES ((size_t)4 * 1024 * 1024)
#define DEFAULT_REQUEST_TIMEOUT (120 * GW_USEC_PER_SEC)

static uint32_t draw_chance(void)
{
	uint32_t value = 0;

	gw_random_bytes(&value, sizeof(value));
	return value;
}

/* As it is, or decrypted where it is encrypted under secret_key. */
static char *plain_key(struct gw_str stored, const struct gw_config *config)
{
	struct gw_buf plain;
	char *key = NULL;

	gw_buf_init(&plain, 4096);
	if (config->secret_key[0] != '\0' && stored.len > 0 &&
	    gw_secret_decrypt(&plain, gw_str(config->secret_key), stored))
		key = gw_str_dup(gw_buf_str(&plain));
	else
		key = gw_str_dup(stored.data != NULL ? stored : GW_STR_LIT(""));
	gw_secret_wipe(plain.data, plain.len);
	gw_buf_release(&plain);
	return key;
}

static enum gw_err build_request(const struct gw_config *config, const struct gw_job *job,
				 const struct gw_question *question, const struct gw_model *model,
				 const char *key, gw_ask_prompt *prompt, const char **ret_problem,
				 struct gw_llm_wire *ret_wire)
{
	struct gw_llm_turn turns[GW_QUESTION_HISTORY];
	struct gw_llm_request request = {
		.provider = model->provider,
		.base_url = model->base_url,
		.allow_http_hosts = config->allow_http_hosts,
		.allow_private_hosts = config->allow_private_hosts,
		.model = model->model,
		.key = gw_str(key),
		.has_temperature = model->has_temperature,
		.temperature = model->temperature,
		.max_output_tokens = model->max_output_tokens,
		.quirks = model->quirks,
		.turns = turns,
		.message = job->content,
	};
	enum gw_err err = GW_OK;
	struct gw_buf system;

	for (size_t i = 0; i < question->history_count && i < GW_QUESTION_HISTORY; i++)
		turns[request.turn_count++] = (struct gw_llm_turn){question->history[i].assistant,
								   question->history[i].text};
	gw_buf_init(&system, PROMPT_MAX_BYTES);
	prompt(question, &system);
	request.system = gw_buf_str(&system);
	err = gw_llm_prepare(&request, ret_problem, ret_wire);
	gw_buf_release(&system);
	return err;
}

/* No longer than the operator allows, nor than there is time for the job. */
static int64_t total_time(const struct gw_task *task, const struct gw_model *model)
{
	int64_t max = task->config->max_request_timeout;
	int64_t left = task->deadline - gw_monotonic();
	int64_t total = DEFAULT_REQUEST_TIMEOUT;

	if (model->request_timeout > 0)
		total = model->request_timeout < max / GW_USEC_PER_SEC
				? model->request_timeout * GW_USEC_PER_SEC
				: max;
	if (total > max)
		total = max;
	if (total > left)
		total = left;
	return total > GW_USEC_PER_SEC ? total : GW_USEC_PER_SEC;
}

static void init_policy(struct gw_task *task, const struct gw_job *job,
			const struct gw_question *question)
{
	struct gw_policy_state *policy = &task->ask.policy;

	policy->attempts = job->attempts;
	policy->max_attempts = task->config->max_job_attempts;
	policy->wasted = job->wasted;
	for (int i = 0; i < GW_JOB_MODELS; i++) {
		task->ask.models[i] = question->models[i].id;
		policy->after[i] = job->after[i];
		policy->usable[i] =
			question->models[i].state == GW_MODEL_OK && job->after[i] != GW_JOB_NEVER;
	}
}

void gw_ask_begin(struct gw_task *task, const struct gw_job *job,
		  const struct gw_question *question, gw_ask_prompt *prompt)
{
	struct gw_task_ask *ask = &task->ask;
	const char *reason = gw_policy_refusal(question);
	const struct gw_model *model = NULL;
	struct gw_llm_wire wire;
	struct gw_llm_limits limits;
	int64_t wait = 0;

	init_policy(task, job, question);
	if (reason == NULL)
		ask->policy.model =
			gw_policy_choose(&ask->policy, question, job->use_fallback, &wait, &reason);
	if (reason != NULL) {
		gw_log_notice("no answer: %s", reason);
		gw_task_dead(task, reason, reason);
		return;
	}
	task->settlement.use_fallback = ask->policy.model == GW_JOB_FALLBACK;
	if (wait > 0) {
		gw_task_later(task, wait, NULL);
		return;
	}
	model = &question->models[ask->policy.model];
	task->resource = model->id;
	ask->quirks = model->quirks;
	ask->key = plain_key(model->key, task->config);
	if (build_request(task->config, job, question, model, ask->key, prompt, &reason, &wire) !=
	    GW_OK) {
		struct gw_llm_result result = {.cause = GW_LLM_MISCONFIGURED, .retry_after = -1};

		gw_buf_init(&result.text, 0);
		(void)snprintf(result.detail, sizeof(result.detail), "%s: %s",
			       gw_llm_cause_name(result.cause), reason);
		gw_ask_end(task, &result);
		return;
	}
	limits = (struct gw_llm_limits){
		.stall = task->config->stall_timeout,
		.total = total_time(task, model),
		.max_bytes = (size_t)task->config->max_reply_bytes,
	};
	gw_task_call(task, &wire, &limits);
}

/* Appends `detail` with every occurrence of the model's key taken out. */
static void add_redacted(struct gw_buf *out, const char *detail, const char *key)
{
	size_t len = key != NULL ? strlen(key) : 0;
	const char *found = NULL;

	while (len > 0 && (found = strstr(detail, key)) != NULL) {
		gw_buf_add(out, detail, (size_t)(found - detail));
		gw_buf_add_c(out, "[key]");
		detail = found + len;
	}
	gw_buf_add_c(out, detail);
}

/* The model said what it does not take: it is asked once more without that, at once. */
static void ask_without(struct gw_task *task, uint32_t quirks)
{
	task->ask.learned = task->ask.quirks | quirks;
	gw_log_notice("asking again without what the model does not take: %s", task->error.data);
	gw_task_later(task, 0, NULL);
}

void gw_ask_end(struct gw_task *task, struct gw_llm_result *result)
{
	double seconds = (double)(gw_monotonic() - task->started) / (double)GW_USEC_PER_SEC;
	struct gw_job_settlement *settlement = &task->settlement;
	struct gw_policy_decision decision;
	int model = task->ask.policy.model;

	task->ask.call = NULL;
	task->ask.tokens = result->tokens;
	add_redacted(&task->error, result->detail, task->ask.key);
	if ((result->quirks & ~task->ask.quirks) != 0) {
		ask_without(task, result->quirks);
		return;
	}
	task->ask.policy.left = task->deadline - gw_monotonic();
	gw_policy_decide(&task->ask.policy, result, draw_chance(), &decision);
	settlement->attempted = true;
	settlement->wasted = decision.wasted;
	settlement->expired = decision.expired;
	settlement->use_fallback = decision.use_fallback;
	for (int i = 0; i < GW_JOB_MODELS; i++)
		settlement->after[i] = decision.after[i];
	if (decision.state == GW_JOB_DONE) {
		gw_buf_reset(&task->error);
		gw_log_info("answered in %.3f s, %lld tokens%s", seconds,
			    (long long)task->ask.tokens, result->cut ? ", cut at the limit" : "");
		gw_task_done(task, &result->text);
	} else if (decision.state == GW_JOB_DEAD) {
		gw_log_warning("no answer after %.3f s and %lld attempts: %s", seconds,
			       (long long)task->attempts + 1, task->error.data);
		gw_task_dead(task, gw_llm_cause_reason(result->cause), NULL);
	} else {
		settlement->resource =
			task->ask.models[decision.use_fallback ? GW_JOB_FALLBACK : GW_JOB_PRIMARY];
		gw_log_notice("attempt %lld failed after %.3f s: %s; again in %.1f s%s",
			      (long long)task->attempts + 1, seconds, task->error.data,
			      (double)decision.delay / (double)GW_USEC_PER_SEC,
			      decision.use_fallback && model == GW_JOB_PRIMARY
				      ? " with the fallback"
				      : "");
		gw_task_later(task, decision.delay, NULL);
	}
}

enum gw_err gw_ask_load(struct gw_tx *tx, const struct gw_job *const *jobs, const bool *ask,
			size_t count, gw_ask_enter *enter, void **ret_load)
{
	struct gw_question_batch *batch = NULL;
	enum gw_err err = gw_question_consult(tx, jobs, ask, count, &batch);

	if (err != GW_OK)
		return err;
	err = enter(tx, jobs, batch);
	if (err == GW_OK)
		*ret_load = batch;
	else
		gw_question_batch_free(batch);
	return err;
}

void gw_ask_unload(void *load)
{
	gw_question_batch_free(load);
}

struct gw_str gw_ask_target(const void *load, size_t index)
{
	const struct gw_question_batch *batch = load;

	return batch->questions[index].target_name;
}
