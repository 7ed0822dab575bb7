/* SPDX-License-Identifier: ISC */
/*
 * queue.h: the tasks of one worker and their records in the database: claimed, renewed, settled, given back.
 *
 * Answers outlive the database: while it is away they stay here, and are recorded when it is back, if the claim still
 * holds then. Each function that meets an outage puts off the next attempt (gw_queue_ready). No state waits for ever: the
 * queue is looked at again after poll_interval at the latest, whatever happens.
 */
#ifndef GW_QUEUE_H
#define GW_QUEUE_H

#include "store/model.h"
#include "worker/errand.h"
#include "worker/task.h"

#define GW_QUEUE_NAME_SIZE 320

struct gw_queue {
	const struct gw_config *config;
	struct gw_db *db;
	struct gw_llm_client *client;
	struct gw_errands *errands;
	char name[GW_QUEUE_NAME_SIZE];             /* host:pid:random */
	struct gw_task_list tasks[GW_TASK_STATES]; /* by state */
	unsigned count;                            /* of all of them */
	unsigned working;                          /* of those that threads work on */
	struct gw_uuid last_tenant;                /* that was served */
	bool has_last_tenant;
	int64_t retry_at;    /* the database is away until then; 0: it is not */
	int64_t renew_at;    /* leases are to be renewed then */
	int64_t look_at;     /* there may be something to claim then */
	int64_t deadline_at; /* jobs past their deadline are looked for then */
	int64_t singly_until; /* a batch could not be claimed or recorded: one at a time until then */
	bool drained;         /* when looked at last, nothing was due and nothing under way */
	struct gw_model_use *uses; /* of calls that were dropped; to be counted */
	size_t use_count, use_room;
};

void gw_queue_init(struct gw_queue *queue, const struct gw_config *config, struct gw_db *db,
		   struct gw_llm_client *client, struct gw_errands *errands);
/* Drops what is left. */
void gw_queue_release(struct gw_queue *queue);

/* How many more calls of models could be begun. */
static inline int gw_queue_room(const struct gw_queue *queue)
{
	return (int)queue->config->max_inflight - (int)(queue->count - queue->working);
}

/* False while the database is to be left alone. */
bool gw_queue_ready(const struct gw_queue *queue, int64_t now);
/* True when there are ends to record. */
bool gw_queue_has_ends(const struct gw_queue *queue);

/* Records the ends of tasks, in batches, until none is left or the database is away. */
void gw_queue_settle(struct gw_queue *queue);
/* Renews all leases, if it is time, and tells the database that this worker is alive. Tasks that were lost are dropped. */
void gw_queue_renew(struct gw_queue *queue, const char *version);
/* Claims as many jobs as there is room for, and begins them. Sets look_at and drained. Returns what the database said. */
GW_MUST_CHECK enum gw_err gw_queue_claim(struct gw_queue *queue);
/* Ends all calls and gives their jobs back. What threads work on stays theirs until it ends or the lease does. */
void gw_queue_give_back(struct gw_queue *queue);
/* A call has ended: a gw_llm_done, whose context is the queue and whose argument the task. */
void gw_queue_call_done(void *context, void *arg, struct gw_llm_result *result);
/* A thread has ended its work: a gw_errand_done, whose context is the queue. */
void gw_queue_errand_done(void *context, struct gw_task *task, struct gw_errand_result *result);

#endif
