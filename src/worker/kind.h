/* SPDX-License-Identifier: ISC */
/*
 * kind.h: what the worker has to know of a kind of job.
 *
 * The queue claims jobs of all kinds together. Those of a kind are loaded together, in the transaction of the claim; each
 * then becomes a task that the kind begins; the tasks' ends are settled together, and the kind records what they lead to,
 * in the transaction that settles them. A kind is one file and one line in kinds.c. What it may do when it begins a task is
 * in task.h: ask a model (ask.h), have a thread do something that takes its time, or end it at once.
 */
#ifndef GW_KIND_H
#define GW_KIND_H

#include "worker/task.h"

struct gw_kind {
	const char *name; /* clawgw.jobs.kind */
	/*
	 * Finds out what the jobs need. A job whose `ask` is false will not be begun; only what its notice takes is needed
	 * of it. *ret_load is handed to `begin` and released by `unload`, both after the transaction has ended.
	 */
	enum gw_err (*load)(struct gw_tx *tx, const struct gw_job *const *jobs, const bool *ask,
			    size_t count, void **ret_load);
	void (*unload)(void *load);
	/* The name of who was written to, for notices; a view that lasts as long as the load. */
	struct gw_str (*target)(const void *load, size_t index);
	/* Begins the job that was the `index`th; the task has begun, or ended, afterwards. */
	void (*begin)(struct gw_task *task, const struct gw_job *job, const void *load,
		      size_t index);
	/*
	 * Records what tasks whose claims hold lead to. Those with settlement.state GW_JOB_RETRY are not among them; of the
	 * others, `content` is what the task ended with (GW_JOB_DONE) or the notice that nothing will come (GW_JOB_DEAD).
	 */
	enum gw_err (*record)(struct gw_tx *tx, struct gw_task *const *tasks, size_t count);
};

extern const struct gw_kind *const gw_kinds[];          /* ends with NULL */
const struct gw_kind *gw_kind_find(struct gw_str name); /* NULL: this program knows no such kind */

extern const struct gw_kind gw_kind_agent;         /* an agent has written to a native agent */
extern const struct gw_kind gw_kind_person;        /* a person has */
extern const struct gw_kind gw_kind_correspondent; /* a person has, by a letter */
extern const struct gw_kind gw_kind_letter; /* an agent's letter is to be delivered to a person */
extern const struct gw_kind gw_kind_trial;  /* an operator asks a model for a word */

#endif
