/* SPDX-License-Identifier: ISC */
/*
 * task.c: see task.h.
 */
#include "worker/task.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "worker/prompt.h"

#include <assert.h>

#define ERROR_MAX_BYTES 1024
#define NOTICE_MAX_BYTES 4096

struct gw_task *gw_task_new(const struct gw_job *job, const struct gw_kind *kind,
			    struct gw_str target_name, const struct gw_config *config)
{
	struct gw_task *task = gw_xcalloc(1, sizeof(*task));
	int64_t left = config->job_deadline - job->age;

	task->kind = kind;
	task->config = config;
	task->settlement.claim = (struct gw_job_claim){.id = job->id, .epoch = job->epoch};
	task->settlement.resource = job->resource;
	task->settlement.use_fallback = job->use_fallback;
	for (int i = 0; i < GW_JOB_MODELS; i++)
		task->settlement.after[i] = -1;
	task->source_agent = job->source_agent;
	task->target_agent = job->target_agent;
	task->source_user = job->source_user;
	task->subject = job->subject;
	task->tenant = job->tenant;
	task->resource = job->resource;
	task->conversation = gw_str_dup(job->conversation);
	task->target_name = gw_str_dup(target_name.data != NULL ? target_name : GW_STR_LIT(""));
	task->started = gw_monotonic();
	task->deadline = task->started + (left > 0 ? left : 0);
	task->attempts = job->attempts;
	task->max_attempts = config->max_job_attempts;
	task->wasted = job->wasted;
	gw_buf_init(&task->content, NOTICE_MAX_BYTES);
	gw_buf_init(&task->error, ERROR_MAX_BYTES);
	return task;
}

void gw_task_free(struct gw_task *task)
{
	if (task->run_free != NULL)
		task->run_free(task->run_arg);
	gw_llm_wire_release(&task->ask.wire);
	gw_secret_free(task->ask.key);
	free(task->conversation);
	free(task->target_name);
	gw_buf_release(&task->content);
	gw_buf_release(&task->error);
	free(task);
}

/* The one way into GW_TASK_ENDED. `error` may be NULL, or be written into task->error before. */
static void end(struct gw_task *task, enum gw_job_state state, const char *error)
{
	if (error != NULL) {
		gw_buf_reset(&task->error);
		gw_buf_add_c(&task->error, error);
	}
	task->settlement.state = state;
	task->settlement.error = task->error.len > 0 ? gw_buf_str(&task->error) : GW_STR_NULL;
	task->state = GW_TASK_ENDED;
}

void gw_task_call(struct gw_task *task, struct gw_llm_wire *wire,
		  const struct gw_llm_limits *limits)
{
	assert(task->state == GW_TASK_NEW);
	task->ask.wire = *wire;
	*wire = (struct gw_llm_wire){.dialect = NULL};
	task->ask.limits = *limits;
	task->state = GW_TASK_CALLING;
}

void gw_task_work(struct gw_task *task, gw_errand_run *run, void *arg, void (*free_arg)(void *arg))
{
	assert(task->state == GW_TASK_NEW);
	task->run = run;
	task->run_arg = arg;
	task->run_free = free_arg;
	task->state = GW_TASK_WORKING;
}

void gw_task_done(struct gw_task *task, struct gw_buf *content)
{
	gw_buf_release(&task->content);
	task->content = *content;
	gw_buf_init(content, 0);
	end(task, GW_JOB_DONE, NULL);
}

static void write_notice(struct gw_task *task, const char *reason)
{
	gw_buf_release(&task->content);
	gw_buf_init(&task->content, NOTICE_MAX_BYTES);
	gw_prompt_notice(gw_str(task->target_name), reason, &task->content);
}

void gw_task_dead(struct gw_task *task, const char *reason, const char *error)
{
	write_notice(task, reason);
	end(task, GW_JOB_DEAD, error);
}

void gw_task_later(struct gw_task *task, int64_t delay, const char *error)
{
	if (task->started + delay > task->deadline) {
		task->settlement.expired = true;
		gw_task_dead(task, "it could not be asked in time", error);
		return;
	}
	task->settlement.delay = delay;
	end(task, GW_JOB_RETRY, error);
}

static uint32_t draw_chance(void)
{
	uint32_t value = 0;

	gw_random_bytes(&value, sizeof(value));
	return value;
}

/* Again by the policy for what is no model; dead when attempts or time are over. */
static void retry(struct gw_task *task, int64_t retry_after, const char *reason)
{
	int64_t delay = gw_policy_delay(task->attempts, retry_after, draw_chance());
	bool expired = gw_monotonic() + delay > task->deadline;
	bool last = expired || task->attempts + 1 >= task->max_attempts;

	task->settlement.attempted = true;
	task->settlement.expired = expired;
	task->settlement.delay = last ? 0 : delay;
	if (last)
		write_notice(task, reason);
	end(task, last ? GW_JOB_DEAD : GW_JOB_RETRY, NULL);
}

void gw_task_end_work(struct gw_task *task, struct gw_errand_result *result)
{
	assert(task->state == GW_TASK_WORKING);
	task->settlement.attempted = true;
	gw_buf_release(&task->error);
	task->error = result->error;
	gw_buf_init(&result->error, 0);
	gw_buf_release(&task->content);
	task->content = result->content;
	gw_buf_init(&result->content, 0);
	if (result->state == GW_JOB_RETRY) {
		retry(task, result->retry_after, "it could not be reached");
		gw_log_notice("attempt %lld failed: %s%s", (long long)task->attempts + 1,
			      task->error.data,
			      task->settlement.state == GW_JOB_DEAD ? "; giving up" : "");
		return;
	}
	if (result->state == GW_JOB_DEAD)
		gw_log_warning("given up: %s", task->error.data);
	end(task, result->state, NULL);
}

void gw_task_give_up(struct gw_task *task)
{
	task->settlement.attempted = true;
	gw_task_dead(task, "the answer could not be stored",
		     "the database refused the answer; the log has the cause");
}

void gw_task_broken(struct gw_task *task)
{
	gw_buf_add_c(&task->error, "the job could not be read; the log has the cause");
	retry(task, -1, "the gateway could not process it");
}
