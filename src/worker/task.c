/*
 * task.c: see task.h.
 */
#include "worker/task.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "worker/prompt.h"

#define ERROR_MAX_BYTES 1024
#define NOTICE_MAX_BYTES 4096
#define PROMPT_MAX_BYTES ((size_t)4 * 1024 * 1024)
#define DEFAULT_REQUEST_TIMEOUT 120
#define MAX_REQUEST_TIMEOUT 86400

static struct gw_task *make(const struct gw_job *job, const struct gw_config *config)
{
	struct gw_task *task = gw_xcalloc(1, sizeof(*task));

	task->settlement.claim = (struct gw_job_claim){.id = job->id, .epoch = job->epoch};
	task->settlement.conversation = job->conversation;
	for (int i = 0; i < GW_JOB_MODELS; i++) {
		task->settlement.after[i] = -1;
		task->policy.after[i] = job->models[i].after;
		task->policy.usable[i] = job->models[i].state == GW_JOB_MODEL_OK &&
					 job->models[i].after != GW_JOB_NEVER;
	}
	task->policy.attempts = job->attempts;
	task->policy.max_attempts = config->max_job_attempts;
	task->started = gw_monotonic();
	task->target_name =
		gw_str_dup(job->target_name.data != NULL ? job->target_name : GW_STR_LIT(""));
	gw_buf_init(&task->content, (size_t)config->max_reply_bytes + NOTICE_MAX_BYTES);
	gw_buf_init(&task->error, ERROR_MAX_BYTES);
	return task;
}

void gw_task_free(struct gw_task *task)
{
	gw_secret_free(task->key);
	free(task->target_name);
	gw_buf_release(&task->content);
	gw_buf_release(&task->error);
	free(task);
}

static uint32_t chance(void)
{
	uint32_t value = 0;

	gw_random_bytes(&value, sizeof(value));
	return value;
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

static void write_notice(struct gw_task *task, const char *reason)
{
	gw_buf_reset(&task->content);
	gw_prompt_notice(gw_str(task->target_name), reason, &task->content);
	task->settlement.content = gw_buf_str(&task->content);
}

/* Ends a task that asked no model. */
static void refuse(struct gw_task *task, const char *reason)
{
	task->settlement.state = GW_JOB_DEAD;
	write_notice(task, reason);
	gw_buf_add_c(&task->error, reason);
	task->settlement.error = gw_buf_str(&task->error);
	gw_log_notice("no answer: %s", reason);
}

static void apply(struct gw_task *task, enum gw_llm_cause cause, int64_t retry_after)
{
	struct gw_policy_decision decision;

	gw_policy_decide(&task->policy, cause, retry_after, chance(), &decision);
	task->settlement.state = decision.state;
	task->settlement.delay = decision.delay;
	task->settlement.use_fallback = decision.use_fallback;
	for (int i = 0; i < GW_JOB_MODELS; i++)
		task->settlement.after[i] = decision.after[i];
}

void gw_task_end(struct gw_task *task, struct gw_llm_result *result)
{
	double seconds = (double)(gw_monotonic() - task->started) / (double)GW_USEC_PER_SEC;

	task->call = NULL;
	apply(task, result->cause, result->retry_after);
	task->settlement.tokens = result->tokens;
	if (task->settlement.state == GW_JOB_DONE) {
		gw_buf_release(&task->content);
		task->content = result->text;
		gw_buf_init(&result->text, 0);
		task->settlement.content = gw_buf_str(&task->content);
		gw_log_info("answered in %.3f s, %lld tokens", seconds,
			    (long long)task->settlement.tokens);
		return;
	}
	add_redacted(&task->error, result->detail, task->key);
	task->settlement.error = gw_buf_str(&task->error);
	if (task->settlement.state == GW_JOB_DEAD) {
		write_notice(task, gw_llm_cause_reason(result->cause));
		gw_log_warning("no answer after %.3f s and %lld attempts: %s", seconds,
			       (long long)task->policy.attempts + 1, task->error.data);
	} else {
		gw_log_notice("attempt %lld failed after %.3f s: %s; again in %.1f s%s",
			      (long long)task->policy.attempts + 1, seconds, task->error.data,
			      (double)task->settlement.delay / (double)GW_USEC_PER_SEC,
			      task->settlement.use_fallback ? " with the fallback" : "");
	}
}

void gw_task_give_up(struct gw_task *task)
{
	task->settlement.state = GW_JOB_DEAD;
	write_notice(task, "the answer could not be stored");
	gw_buf_reset(&task->error);
	gw_buf_add_c(&task->error, "the database refused the answer; the log has the cause");
	task->settlement.error = gw_buf_str(&task->error);
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

static enum gw_err build(const struct gw_job *job, const struct gw_job_model *model,
			 const char *key, const char **ret_problem, struct gw_llm_wire *ret_wire)
{
	struct gw_llm_turn turns[GW_JOB_HISTORY];
	struct gw_llm_request request = {
		.provider = model->provider,
		.base_url = model->base_url,
		.model = model->model,
		.key = gw_str(key),
		.has_temperature = model->has_temperature,
		.temperature = model->temperature,
		.max_output_tokens = model->max_output_tokens,
		.turns = turns,
		.message = job->content,
	};
	enum gw_err err = GW_OK;
	struct gw_buf system;

	for (size_t i = 0; i < job->history_count && i < GW_JOB_HISTORY; i++)
		turns[request.turn_count++] =
			(struct gw_llm_turn){job->history[i].assistant, job->history[i].text};
	gw_buf_init(&system, PROMPT_MAX_BYTES);
	gw_prompt_system(job, &system);
	request.system = gw_buf_str(&system);
	err = gw_llm_prepare(&request, ret_problem, ret_wire);
	gw_buf_release(&system);
	return err;
}

static void set_limits(const struct gw_job_model *model, const struct gw_config *config,
		       struct gw_llm_limits *limits)
{
	int64_t seconds =
		model->request_timeout > 0 ? model->request_timeout : DEFAULT_REQUEST_TIMEOUT;

	if (seconds > MAX_REQUEST_TIMEOUT)
		seconds = MAX_REQUEST_TIMEOUT;
	limits->total = seconds * GW_USEC_PER_SEC;
	limits->stall = config->stall_timeout;
	limits->max_bytes = (size_t)config->max_reply_bytes;
}

bool gw_task_new(const struct gw_job *job, const struct gw_config *config,
		 struct gw_task **ret_task, struct gw_llm_wire *ret_wire,
		 struct gw_llm_limits *ret_limits)
{
	struct gw_task *task = make(job, config);
	const char *reason = gw_policy_refusal(job);
	const struct gw_job_model *model = NULL;

	*ret_task = task;
	if (reason == NULL)
		task->policy.model = gw_policy_choose(job, &reason);
	if (reason != NULL) {
		refuse(task, reason);
		return false;
	}
	model = &job->models[task->policy.model];
	task->settlement.asked = true;
	task->settlement.model_id = model->id;
	task->key = plain_key(model->key, config);
	if (build(job, model, task->key, &reason, ret_wire) != GW_OK) {
		struct gw_llm_result result = {.cause = GW_LLM_MISCONFIGURED, .retry_after = -1};

		gw_buf_init(&result.text, 0);
		(void)snprintf(result.detail, sizeof(result.detail), "%s: %s",
			       gw_llm_cause_name(result.cause), reason);
		gw_task_end(task, &result);
		return false;
	}
	set_limits(model, config, ret_limits);
	return true;
}

struct gw_task *gw_task_new_broken(const struct gw_job *job, const struct gw_config *config)
{
	struct gw_task *task = make(job, config);

	gw_buf_add_c(&task->error, "the job could not be read; the log has the cause");
	task->settlement.error = gw_buf_str(&task->error);
	/* as if a server of ours were out of order, which is about what it is */
	apply(task, GW_LLM_SERVER_ERROR, -1);
	if (task->settlement.state == GW_JOB_DEAD)
		write_notice(task, "the gateway could not process it");
	return task;
}
