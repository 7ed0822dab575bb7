/* SPDX-License-Identifier: ISC */
/*
 * record.c: see record.h.
 */
#include "worker/record.h"

#include "base/alloc.h"
#include "store/bell.h"
#include "store/conversation.h"
#include "worker/kind.h"

#include <stdlib.h>
#include <string.h>

/* In one order everywhere, or two workers could wait for each other. */
static int by_id(const void *a, const void *b)
{
	const struct gw_task *const *left = a;
	const struct gw_task *const *right = b;

	return memcmp((*left)->settlement.claim.id.bytes, (*right)->settlement.claim.id.bytes,
		      sizeof((*left)->settlement.claim.id.bytes));
}

static enum gw_err settle_jobs(struct gw_tx *tx, const char *worker, struct gw_task *const *tasks,
			       size_t count)
{
	struct gw_job_settlement **settlements =
		gw_xcalloc(count, sizeof(struct gw_job_settlement *));
	enum gw_err err = GW_OK;

	for (size_t i = 0; i < count; i++)
		settlements[i] = &tasks[i]->settlement;
	err = gw_job_settle(tx, worker, settlements, count);
	free(settlements);
	return err;
}

/* What the tasks that were still ours lead to, kind by kind. */
static enum gw_err record_ends(struct gw_tx *tx, struct gw_task *const *tasks, size_t count)
{
	struct gw_task **some = gw_xcalloc(count, sizeof(struct gw_task *));
	enum gw_err err = GW_OK;

	for (size_t k = 0; err == GW_OK && gw_kinds[k] != NULL; k++) {
		size_t found = 0;

		for (size_t i = 0; i < count; i++) {
			if (tasks[i]->settlement.claim.held && tasks[i]->kind == gw_kinds[k] &&
			    tasks[i]->settlement.state != GW_JOB_RETRY)
				some[found++] = tasks[i];
		}
		if (found > 0)
			err = gw_kinds[k]->record(tx, some, found);
	}
	free(some);
	return err;
}

static enum gw_err record_learned(struct gw_tx *tx, struct gw_task *const *tasks, size_t count)
{
	enum gw_err err = GW_OK;

	for (size_t i = 0; err == GW_OK && i < count; i++) {
		const struct gw_task *task = tasks[i];

		if (task->ask.learned != 0)
			err = gw_model_learn(tx, &task->resource, task->ask.learned,
					     gw_buf_str(&task->error));
	}
	return err;
}

/*
 * What was used, whether or not the tasks were still ours: it was used. Only after an outage in the middle of this nobody knows
 * whether it was counted already; then those that are no longer ours are not counted again.
 */
static enum gw_err record_uses(const struct gw_queue *queue, struct gw_tx *tx,
			       struct gw_task *const *tasks, size_t count)
{
	struct gw_model_use *uses = gw_xcalloc(queue->use_count + count, sizeof(*uses));
	size_t found = queue->use_count;
	enum gw_err err = GW_OK;

	if (found > 0)
		memcpy(uses, queue->uses, found * sizeof(*uses));
	for (size_t i = 0; i < count; i++) {
		const struct gw_task *task = tasks[i];

		if (task->ask.tokens > 0 &&
		    (task->settlement.claim.held || !task->perhaps_recorded))
			uses[found++] = (struct gw_model_use){task->target_agent, task->resource,
							      task->ask.tokens};
	}
	err = gw_model_spend(tx, uses, found);
	free(uses);
	return err;
}

/* Wakes whoever waits for what jobs led to: the job by its own id, and the message to the agent that sent it. */
static void ring(struct gw_queue *queue, struct gw_task *const *tasks, size_t count)
{
	struct gw_uuid *ids = gw_xcalloc(2 * count + 1, sizeof(*ids));
	size_t ended = 0;

	for (size_t i = 0; i < count; i++) {
		if (!tasks[i]->settlement.claim.held)
			continue;
		ids[ended++] = tasks[i]->settlement.claim.id;
		ids[ended++] = gw_job_message_id(&tasks[i]->settlement.claim.id);
	}
	gw_bell_ring_messages(queue->db, ids, ended);
	free(ids);
}

enum gw_err gw_record_ends(struct gw_queue *queue, struct gw_task **tasks, size_t count)
{
	struct gw_tx *tx = NULL;
	enum gw_err err = gw_tx_begin(queue->db, &tx);

	qsort(tasks, count, sizeof(struct gw_task *), by_id);
	if (err != GW_OK)
		return err;
	if ((err = settle_jobs(tx, queue->name, tasks, count)) != GW_OK ||
	    (err = record_ends(tx, tasks, count)) != GW_OK ||
	    (err = record_learned(tx, tasks, count)) != GW_OK ||
	    (err = record_uses(queue, tx, tasks, count)) != GW_OK) {
		gw_tx_rollback(tx);
		return err;
	}
	err = gw_tx_commit(tx);
	if (err != GW_OK)
		return err;
	queue->use_count = 0;
	ring(queue, tasks, count);
	return GW_OK;
}
