/*
 * task.h: one claimed job in the hands of a worker, from the claim until its end is recorded.
 */
#ifndef GW_TASK_H
#define GW_TASK_H

#include "base/config.h"
#include "llm/client.h"
#include "store/job.h"
#include "worker/policy.h"

struct gw_task {
	struct gw_task *next, *previous;
	struct gw_job_settlement
		settlement; /* its claim from the beginning, the rest once `call` has ended */
	struct gw_policy_state policy;
	struct gw_llm_call *call; /* NULL: the end is known and waits for being recorded */
	int64_t started;          /* gw_monotonic() */
	char *target_name;
	char *key;             /* of the model, to keep it out of logs; wiped */
	struct gw_buf content; /* behind the settlement's views */
	struct gw_buf error;
};

/*
 * Makes a task of a job. If there is a model to ask, *ret_wire is the request and true is returned; otherwise the task has
 * ended already (dead, or to be tried again with another model).
 */
bool gw_task_new(const struct gw_job *job, const struct gw_config *config,
		 struct gw_task **ret_task, struct gw_llm_wire *ret_wire,
		 struct gw_llm_limits *ret_limits);
/* A task for a job of which nothing but the claim is known, because reading it fails. */
struct gw_task *gw_task_new_broken(const struct gw_job *job, const struct gw_config *config);
void gw_task_free(struct gw_task *task);

/* The model's answer, or failure, ends the task. Takes the result's text over. */
void gw_task_end(struct gw_task *task, struct gw_llm_result *result);
/* Recording the end failed for a reason that will not go away: the sender gets a notice instead. */
void gw_task_give_up(struct gw_task *task);

#endif
