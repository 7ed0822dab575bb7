/* SPDX-License-Identifier: ISC */
/*
 * task.h: one claimed job in the hands of a worker, from the claim until its end is recorded.
 */
#ifndef GW_TASK_H
#define GW_TASK_H

#include "base/config.h"
#include "llm/client.h"
#include "store/job.h"
#include "worker/policy.h"

#include <sys/queue.h>

struct gw_kind;

enum gw_task_state {
	GW_TASK_NEW,     /* claimed; its kind has not begun it yet */
	GW_TASK_CALLING, /* a language model is being asked */
	GW_TASK_WORKING, /* a thread works on it */
	GW_TASK_ENDED,   /* the end is known and waits for being recorded */
	GW_TASK_STATES,
};

/* Runs in a thread of its own; may take its time, uses nothing of the worker but the database, and says how it ended. */
struct gw_errand_result {
	enum gw_job_state state;
	int64_t retry_after; /* microseconds that an outside service asks for; -1: it does not say */
	struct gw_buf
		content; /* what the task ends with, or why it is dead, for the sender; 64 KiB */
	struct gw_buf error; /* for operators; 1 KiB */
};
typedef void gw_errand_run(void *arg, struct gw_db *db, const struct gw_config *config,
			   struct gw_errand_result *result);

/* A question to a language model; only while and after one is asked. See ask.h. */
struct gw_task_ask {
	struct gw_policy_state policy;
	struct gw_uuid models[GW_JOB_MODELS];
	struct gw_llm_wire wire; /* until the call begins */
	struct gw_llm_limits limits;
	struct gw_llm_call *call; /* while GW_TASK_CALLING */
	char *key;                /* of the model, to keep it out of logs; wiped */
	uint32_t quirks;          /* that the request was built for */
	uint32_t learned;         /* those and new ones, to be remembered; 0: nothing new */
	int64_t tokens;           /* used and not counted yet */
};

struct gw_task {
	TAILQ_ENTRY(gw_task) entry;
	enum gw_task_state state;
	const struct gw_kind *kind; /* NULL: nobody knows it */
	const struct gw_config *config;
	struct gw_job_settlement
		settlement; /* its claim from the beginning, the rest from the end */
	struct gw_uuid source_agent, target_agent, source_user, subject, tenant, resource;
	char *conversation; /* of kinds that have one of their own; else NULL */
	char *target_name;
	int64_t started;  /* gw_monotonic() */
	int64_t deadline; /* gw_monotonic(); INT64_MAX: none */
	int64_t attempts, wasted;
	int64_t max_attempts;  /* of what threads do; a kind may set it */
	bool perhaps_recorded; /* the database was told its end, and went away */
	bool lost;             /* its lease was, while a thread has it; claimed again, it goes on */
	struct gw_buf content; /* the answer, or the notice */
	struct gw_buf error;   /* behind the settlement's view */
	struct gw_task_ask ask; /* GW_TASK_CALLING */
	gw_errand_run *run;     /* GW_TASK_WORKING */
	void *run_arg;
	void (*run_free)(void *arg);
};

TAILQ_HEAD(gw_task_list, gw_task);

struct gw_task *gw_task_new(const struct gw_job *job, const struct gw_kind *kind,
			    struct gw_str target_name, const struct gw_config *config);
void gw_task_free(struct gw_task *task);

/* -- how a kind may begin a task, or end it at once */

/* Asks a model. Takes the wire over. */
void gw_task_call(struct gw_task *task, struct gw_llm_wire *wire,
		  const struct gw_llm_limits *limits);
/* Has `run` do it, in a thread. `free_arg` (may be NULL) is called for `arg` when the task is. */
void gw_task_work(struct gw_task *task, gw_errand_run *run, void *arg, void (*free_arg)(void *arg));
/* `content` is what came of it; taken over. */
void gw_task_done(struct gw_task *task, struct gw_buf *content);
/* Nothing will come of it, because of `reason` (for the sender); `error` (for operators) may be NULL. */
void gw_task_dead(struct gw_task *task, const char *reason, const char *error);
/* To be run again after `delay` without having been tried. */
void gw_task_later(struct gw_task *task, int64_t delay, const char *error);

/* A thread has ended its work: the policy decides how to go on. Takes the result's texts over. */
void gw_task_end_work(struct gw_task *task, struct gw_errand_result *result);
/* Recording the end failed for a reason that will not go away: the sender gets a notice instead. */
void gw_task_give_up(struct gw_task *task);
/* Reading what the job needs fails: it is tried again, or dead. */
void gw_task_broken(struct gw_task *task);

#endif
