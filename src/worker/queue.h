/*
 * queue.h: the tasks of one worker and their records in the database: claimed, renewed, settled, given back.
 *
 * Answers outlive the database: while it is away they stay here, and are recorded when it is back, if the claim still
 * holds then. Each function that meets an outage puts off the next attempt (gw_queue_ready).
 */
#ifndef GW_QUEUE_H
#define GW_QUEUE_H

#include "worker/task.h"

#define GW_QUEUE_NAME_SIZE 320

struct gw_task_list {
	struct gw_task *first, *last;
	unsigned count;
};

struct gw_queue {
	const struct gw_config *config;
	struct gw_db *db;
	struct gw_llm_client *client;
	char name[GW_QUEUE_NAME_SIZE]; /* host:pid:random */
	struct gw_task_list running;   /* calls under way */
	struct gw_task_list ended;     /* to be recorded */
	int64_t retry_at;              /* the database is away until then; 0: it is not */
	int64_t renew_at;              /* leases are to be renewed then */
	int64_t look_at;               /* there may be something to claim then */
	bool careful;                  /* a batch could not be claimed or recorded: one at a time */
	int64_t careful_until;
};

void gw_queue_init(struct gw_queue *queue, const struct gw_config *config, struct gw_db *db,
		   struct gw_llm_client *client);
/* Drops what is left. */
void gw_queue_release(struct gw_queue *queue);

/* False while the database is to be left alone. */
bool gw_queue_ready(const struct gw_queue *queue, int64_t now);
unsigned gw_queue_count(const struct gw_queue *queue); /* tasks, running or ended */

/* Records the ends of tasks, in batches, until none is left or the database is away. */
void gw_queue_settle(struct gw_queue *queue);
/* Renews all leases, if it is time, and tells the database that this worker is alive. Tasks that were lost are dropped. */
void gw_queue_renew(struct gw_queue *queue, const char *version);
/*
 * Claims as many jobs as there is room for, and begins them. Sets look_at. GW_OK with *ret_claimed, or what the database
 * said.
 */
GW_MUST_CHECK enum gw_err gw_queue_claim(struct gw_queue *queue, int *ret_claimed);
/* Ends all calls and gives their jobs back. */
void gw_queue_give_back(struct gw_queue *queue);
/* A call has ended: a gw_llm_done, whose context is the queue and whose argument the task. */
void gw_queue_call_done(void *context, void *arg, struct gw_llm_result *result);

#endif
