/* SPDX-License-Identifier: ISC */
/*
 * queue.c: see queue.h.
 */
#include "worker/queue.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "store/bell.h"
#include "store/event.h"
#include "worker/ask.h"
#include "worker/claim.h"
#include "worker/record.h"

#include <assert.h>
#include <inttypes.h>
#include <unistd.h>

#define BATCH_MAX 64
#define SETTLE_MAX 128
#define SETTLE_BYTES ((size_t)8 * 1024 * 1024)
#define OUTAGE_PAUSE (GW_USEC_PER_SEC / 2)
#define SINGLY_TIME (30 * GW_USEC_PER_SEC)
/* There may be more than was looked at, or somebody else is just taking it. */
#define CONTENDED_PAUSE (GW_USEC_PER_SEC / 20)

void gw_queue_init(struct gw_queue *queue, const struct gw_config *config, struct gw_db *db,
		   struct gw_llm_client *client, struct gw_errands *errands)
{
	char host[256] = "localhost";
	uint32_t number = 0;

	*queue =
		(struct gw_queue){.config = config, .db = db, .client = client, .errands = errands};
	for (int state = 0; state < GW_TASK_STATES; state++)
		TAILQ_INIT(&queue->tasks[state]);
	if (gethostname(host, sizeof(host)) != 0)
		(void)snprintf(host, sizeof(host), "localhost");
	host[sizeof(host) - 1] = '\0';
	gw_random_bytes(&number, sizeof(number));
	(void)snprintf(queue->name, sizeof(queue->name), "%s:%ld:%08" PRIx32, host, (long)getpid(),
		       number);
}

/* A task is in the list of its state from here on. */
static void add(struct gw_queue *queue, struct gw_task *task)
{
	TAILQ_INSERT_TAIL(&queue->tasks[task->state], task, entry);
	queue->count++;
	queue->working += task->state == GW_TASK_WORKING;
	queue->drained = false;
}

/* … and in none. There is room now. */
static void take_out(struct gw_queue *queue, struct gw_task *task, enum gw_task_state state)
{
	TAILQ_REMOVE(&queue->tasks[state], task, entry);
	queue->count--;
	queue->working -= state == GW_TASK_WORKING;
	queue->look_at = 0;
}

/* What a call has used although nothing came of it is to be counted all the same. */
static void note_use(struct gw_queue *queue, const struct gw_task *task, int64_t tokens)
{
	if (tokens <= 0)
		return;
	if (queue->use_count == queue->use_room) {
		queue->use_room = queue->use_room * 2 + 16;
		queue->uses = gw_xrealloc(queue->uses, queue->use_room * sizeof(*queue->uses));
	}
	queue->uses[queue->use_count++] =
		(struct gw_model_use){task->target_agent, task->resource, tokens};
}

/* Forgets a task, and its call if that is under way. */
static void drop(struct gw_queue *queue, struct gw_task *task)
{
	enum gw_task_state state = task->state;
	bool mine = true;

	if (state == GW_TASK_CALLING)
		note_use(queue, task, gw_llm_client_cancel(queue->client, task->ask.call));
	else if (state == GW_TASK_WORKING)
		mine = gw_errands_abandon(queue->errands, task);
	take_out(queue, task, state);
	if (mine)
		gw_task_free(task);
}

void gw_queue_release(struct gw_queue *queue)
{
	for (int state = 0; state < GW_TASK_STATES; state++) {
		while (!TAILQ_EMPTY(&queue->tasks[state]))
			drop(queue, TAILQ_FIRST(&queue->tasks[state]));
	}
	free(queue->uses);
	queue->uses = NULL;
}

bool gw_queue_ready(const struct gw_queue *queue, int64_t now)
{
	return now >= queue->retry_at;
}

bool gw_queue_has_ends(const struct gw_queue *queue)
{
	return !TAILQ_EMPTY(&queue->tasks[GW_TASK_ENDED]);
}

/* Notes what the database said. Returns whether to go on. */
static bool note(struct gw_queue *queue, enum gw_err err)
{
	if (err == GW_OK) {
		queue->retry_at = 0;
		return true;
	}
	queue->retry_at = gw_monotonic() + OUTAGE_PAUSE;
	return false;
}

static void set_trace(const struct gw_uuid *id)
{
	static char text[GW_UUID_TEXT_SIZE]; /* of the worker's one thread */

	gw_log_set_trace(id != NULL ? gw_uuid_format(id, text) : NULL);
}

void gw_queue_call_done(void *context, void *arg, struct gw_llm_result *result)
{
	struct gw_queue *queue = context;
	struct gw_task *task = arg;

	take_out(queue, task, GW_TASK_CALLING);
	set_trace(&task->settlement.claim.id);
	gw_ask_end(task, result);
	set_trace(NULL);
	add(queue, task);
}

void gw_queue_errand_done(void *context, struct gw_task *task, struct gw_errand_result *result)
{
	struct gw_queue *queue = context;

	take_out(queue, task, GW_TASK_WORKING);
	set_trace(&task->settlement.claim.id);
	gw_task_end_work(task, result);
	set_trace(NULL);
	add(queue, task);
}

static bool is_outage(enum gw_err err)
{
	return err == GW_UNAVAILABLE || err == GW_BUSY;
}

static void go_singly(struct gw_queue *queue)
{
	queue->singly_until = gw_monotonic() + SINGLY_TIME;
}

static bool goes_singly(const struct gw_queue *queue)
{
	return gw_monotonic() < queue->singly_until;
}

/* -- settling */

/* Records `count` tasks from the beginning of the list; 0: only what dropped calls have used. */
static enum gw_err settle_some(struct gw_queue *queue, size_t count)
{
	struct gw_task **tasks = gw_xcalloc(count, sizeof(struct gw_task *));
	struct gw_task *task = TAILQ_FIRST(&queue->tasks[GW_TASK_ENDED]);
	char id[GW_UUID_TEXT_SIZE];
	enum gw_err err = GW_OK;

	for (size_t i = 0; i < count; i++, task = TAILQ_NEXT(task, entry))
		tasks[i] = task;
	err = gw_record_ends(queue, tasks, count);
	for (size_t i = 0; i < count; i++) {
		if (err != GW_OK) {
			tasks[i]->perhaps_recorded = true;
			continue;
		}
		if (!tasks[i]->settlement.claim.held)
			gw_log_notice("job %s was no longer ours when it ended",
				      gw_uuid_format(&tasks[i]->settlement.claim.id, id));
		drop(queue, tasks[i]);
	}
	free(tasks);
	return err;
}

/* The database refuses what a single task has to say: a notice instead, and if that fails too, nothing (the lease ends). */
static enum gw_err settle_refused(struct gw_queue *queue)
{
	struct gw_task *task = TAILQ_FIRST(&queue->tasks[GW_TASK_ENDED]);
	enum gw_err err = GW_OK;

	set_trace(&task->settlement.claim.id);
	gw_log_error("the end of this job cannot be recorded (%s)", gw_db_last_message());
	gw_task_give_up(task);
	err = settle_some(queue, 1);
	if (err != GW_OK && !is_outage(err)) {
		gw_log_error("nor can a notice; giving the job up (%s)", gw_db_last_message());
		drop(queue, task);
		err = GW_OK;
	}
	set_trace(NULL);
	return err;
}

/* How many tasks to record together. */
static size_t settle_count(const struct gw_queue *queue)
{
	const struct gw_task *task = NULL;
	size_t count = 0;
	size_t bytes = 0;

	TAILQ_FOREACH(task, &queue->tasks[GW_TASK_ENDED], entry)
	{
		bytes += task->content.len;
		if (count > 0 &&
		    (count == SETTLE_MAX || bytes > SETTLE_BYTES || goes_singly(queue)))
			break;
		count++;
	}
	return count;
}

void gw_queue_settle(struct gw_queue *queue)
{
	enum gw_err err = GW_OK;

	while (gw_queue_has_ends(queue) || queue->use_count > 0) {
		size_t count = settle_count(queue);

		err = settle_some(queue, count);
		if (err != GW_OK && !is_outage(err)) {
			go_singly(queue);
			if (count == 0)
				queue->use_count = 0; /* the model or the agent is gone */
			err = count == 1 ? settle_refused(queue) : GW_OK;
		}
		if (!note(queue, err))
			return;
	}
}

/* -- leases */

static size_t collect_tasks(const struct gw_queue *queue, struct gw_task **tasks)
{
	struct gw_task *task = NULL;
	size_t count = 0;

	for (int state = 0; state < GW_TASK_STATES; state++) {
		TAILQ_FOREACH(task, &queue->tasks[state], entry) tasks[count++] = task;
	}
	assert(count == queue->count);
	return count;
}

void gw_queue_renew(struct gw_queue *queue, const char *version)
{
	struct gw_task **tasks = gw_xcalloc(queue->count, sizeof(struct gw_task *));
	struct gw_job_claim *claims = gw_xcalloc(queue->count, sizeof(*claims));
	size_t count = collect_tasks(queue, tasks);
	char id[GW_UUID_TEXT_SIZE];
	enum gw_err err = GW_OK;

	for (size_t i = 0; i < count; i++)
		claims[i] = tasks[i]->settlement.claim;
	err = gw_job_renew(queue->db, queue->name, queue->config->job_lease, claims, count);
	if (err == GW_OK) {
		for (size_t i = 0; i < count; i++) {
			if (claims[i].held || tasks[i]->lost)
				continue;
			gw_log_notice("job %s is no longer ours",
				      gw_uuid_format(&claims[i].id, id));
			/*
			 * An answer that is known may have been paid for, and a thread that is at it is not free before its end: settling
			 * finds out the same and counts it.
			 */
			if (tasks[i]->state == GW_TASK_WORKING)
				tasks[i]->lost = true;
			else if (tasks[i]->state != GW_TASK_ENDED)
				drop(queue, tasks[i]);
		}
		err = gw_worker_seen(queue->db, queue->name, version, queue->config->job_lease,
				     (int)queue->count, (int)queue->config->max_inflight);
	}
	if (note(queue, err))
		queue->renew_at = gw_monotonic() + queue->config->job_lease / 3;
	free(claims);
	free(tasks);
}

/* -- claiming */

static void begin(struct gw_queue *queue, const struct gw_claim *claim, size_t index)
{
	const struct gw_job *job = &gw_claim_batch(claim)->jobs[index];
	struct gw_task *task = gw_claim_known(claim, index);

	set_trace(&job->id);
	if (task != NULL) {
		gw_log_notice("claimed again while it was still under way here; it goes on");
		task->settlement.claim.epoch = job->epoch;
		task->lost = false;
		task->attempts = job->attempts;
		set_trace(NULL);
		return;
	}
	task = gw_claim_begin(claim, index, queue->config);
	if (task->state == GW_TASK_CALLING)
		task->ask.call = gw_llm_client_start(queue->client, &task->ask.wire,
						     &task->ask.limits, task);
	else if (task->state == GW_TASK_WORKING)
		gw_errands_start(queue->errands, task);
	add(queue, task);
	set_trace(NULL);
}

/* When to look again, unless something ends before. */
static void plan_next_look(struct gw_queue *queue, const struct gw_job_batch *batch, int room)
{
	int64_t wait = batch->wait;

	if ((int)batch->count == room)
		wait = 0;
	else if (wait < CONTENDED_PAUSE)
		wait = CONTENDED_PAUSE;
	if (wait > queue->config->poll_interval)
		wait = queue->config->poll_interval;
	queue->look_at = gw_monotonic() + wait;
	queue->drained = batch->count == 0 && queue->count == 0 && batch->wait > 0;
}

/* A batch that cannot be claimed is tried one by one, and a single one without looking at what it is about. */
static enum gw_err claim_some(struct gw_queue *queue, int room, struct gw_claim **ret_claim)
{
	enum gw_err err = gw_claim_take(queue, room, true, ret_claim);

	if (err == GW_OK || is_outage(err))
		return err;
	go_singly(queue);
	err = gw_claim_take(queue, 1, true, ret_claim);
	if (err == GW_OK || is_outage(err))
		return err;
	return gw_claim_take(queue, 1, false, ret_claim);
}

/* Wakes whoever waits to hear that his job is under way. */
static void ring_begun(struct gw_queue *queue, const struct gw_job_batch *batch)
{
	struct gw_uuid *ids = gw_xcalloc(batch->count + 1, sizeof(*ids));

	for (size_t i = 0; i < batch->count; i++)
		ids[i] = batch->jobs[i].id;
	if (batch->count > 0)
		gw_bell_ring_messages(queue->db, ids, batch->count);
	free(ids);
}

enum gw_err gw_queue_claim(struct gw_queue *queue)
{
	int room = gw_queue_room(queue);
	struct gw_claim *claim = NULL;
	const struct gw_job_batch *batch = NULL;
	enum gw_err err = GW_OK;

	if (room <= 0) {
		/* looked at again when something ends, at the latest then */
		queue->look_at = gw_monotonic() + queue->config->poll_interval;
		return GW_OK;
	}
	if (room > BATCH_MAX)
		room = BATCH_MAX;
	if (goes_singly(queue))
		room = 1;
	err = claim_some(queue, room, &claim);
	if (err == GW_OK) {
		batch = gw_claim_batch(claim);
		for (size_t i = 0; i < batch->count; i++)
			begin(queue, claim, i);
		ring_begun(queue, batch);
		if (batch->has_last_tenant) {
			queue->last_tenant = batch->last_tenant;
			queue->has_last_tenant = true;
		}
		plan_next_look(queue, batch, room);
	}
	gw_claim_free(claim);
	(void)note(queue, err);
	return err;
}

void gw_queue_give_back(struct gw_queue *queue)
{
	struct gw_task_list *calling = &queue->tasks[GW_TASK_CALLING];
	struct gw_job_claim *claims = gw_xcalloc(queue->count, sizeof(*claims));
	size_t count = 0;

	while (!TAILQ_EMPTY(calling)) {
		claims[count++] = TAILQ_FIRST(calling)->settlement.claim;
		drop(queue, TAILQ_FIRST(calling));
	}
	if (count > 0)
		gw_log_notice("giving %zu jobs back", count);
	if (note(queue, gw_job_release(queue->db, queue->name, claims, count)) && count > 0)
		(void)note(queue, gw_job_notify(queue->db));
	free(claims);
}
