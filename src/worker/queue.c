/*
 * queue.c: see queue.h.
 */
#include "worker/queue.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "store/event.h"

#include <inttypes.h>
#include <unistd.h>

#define BATCH_MAX 64
#define SETTLE_MAX 128
#define SETTLE_BYTES ((size_t)8 * 1024 * 1024)
#define OUTAGE_PAUSE (GW_USEC_PER_SEC / 2)
#define CAREFUL_TIME (30 * GW_USEC_PER_SEC)
/* Something is due, yet could not be claimed: somebody else is just taking it, or its agents are being deleted. */
#define CONTENDED_PAUSE (GW_USEC_PER_SEC / 20)

static void list_add(struct gw_task_list *list, struct gw_task *task)
{
	task->next = NULL;
	task->previous = list->last;
	if (list->last != NULL)
		list->last->next = task;
	else
		list->first = task;
	list->last = task;
	list->count++;
}

static void list_remove(struct gw_task_list *list, struct gw_task *task)
{
	if (task->previous != NULL)
		task->previous->next = task->next;
	else
		list->first = task->next;
	if (task->next != NULL)
		task->next->previous = task->previous;
	else
		list->last = task->previous;
	list->count--;
}

void gw_queue_init(struct gw_queue *queue, const struct gw_config *config, struct gw_db *db,
		   struct gw_llm_client *client)
{
	char host[256] = "localhost";
	uint32_t number = 0;

	*queue = (struct gw_queue){.config = config, .db = db, .client = client};
	if (gethostname(host, sizeof(host)) != 0)
		(void)snprintf(host, sizeof(host), "localhost");
	host[sizeof(host) - 1] = '\0';
	gw_random_bytes(&number, sizeof(number));
	(void)snprintf(queue->name, sizeof(queue->name), "%s:%ld:%08" PRIx32, host, (long)getpid(),
		       number);
}

/* Forgets a task, and its call if that is under way. */
static void drop(struct gw_queue *queue, struct gw_task *task)
{
	if (task->call != NULL)
		gw_llm_client_cancel(queue->client, task->call);
	list_remove(task->call != NULL ? &queue->running : &queue->ended, task);
	gw_task_free(task);
}

void gw_queue_release(struct gw_queue *queue)
{
	while (queue->running.first != NULL)
		drop(queue, queue->running.first);
	while (queue->ended.first != NULL)
		drop(queue, queue->ended.first);
}

bool gw_queue_ready(const struct gw_queue *queue, int64_t now)
{
	return now >= queue->retry_at;
}

unsigned gw_queue_count(const struct gw_queue *queue)
{
	return queue->running.count + queue->ended.count;
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

static const char *set_trace(const struct gw_uuid *id, char text[GW_UUID_TEXT_SIZE])
{
	gw_log_set_trace(id != NULL ? gw_uuid_format(id, text) : NULL);
	return text;
}

void gw_queue_call_done(void *context, void *arg, struct gw_llm_result *result)
{
	struct gw_queue *queue = context;
	struct gw_task *task = arg;
	char trace[GW_UUID_TEXT_SIZE];

	list_remove(&queue->running, task);
	(void)set_trace(&task->settlement.claim.id, trace);
	gw_task_end(task, result);
	(void)set_trace(NULL, trace);
	list_add(&queue->ended, task);
}

static void be_careful(struct gw_queue *queue)
{
	queue->careful = true;
	queue->careful_until = gw_monotonic() + CAREFUL_TIME;
}

static bool is_outage(enum gw_err err)
{
	return err == GW_UNAVAILABLE || err == GW_BUSY;
}

/* Records `count` tasks from the beginning of the list. */
static enum gw_err settle_some(struct gw_queue *queue, size_t count)
{
	struct gw_job_settlement *settlements = gw_xcalloc(count, sizeof(*settlements));
	struct gw_task *task = queue->ended.first;
	char trace[GW_UUID_TEXT_SIZE];
	enum gw_err err = GW_OK;

	for (size_t i = 0; i < count && task != NULL; i++, task = task->next)
		settlements[i] = task->settlement;
	err = gw_job_settle(queue->db, queue->name, settlements, count);
	for (size_t i = 0; err == GW_OK && i < count; i++) {
		if (!settlements[i].claim.held)
			gw_log_notice("job %s was no longer ours when it ended",
				      gw_uuid_format(&settlements[i].claim.id, trace));
		drop(queue, queue->ended.first);
	}
	free(settlements);
	return err;
}

/* The database refuses what a single task has to say: a notice instead, and if that fails too, nothing (the lease ends). */
static enum gw_err settle_stubborn(struct gw_queue *queue)
{
	struct gw_task *task = queue->ended.first;
	char trace[GW_UUID_TEXT_SIZE];
	enum gw_err err = GW_OK;

	(void)set_trace(&task->settlement.claim.id, trace);
	gw_log_error("the end of this job cannot be recorded (%s)", gw_db_last_message());
	gw_task_give_up(task);
	err = settle_some(queue, 1);
	if (err != GW_OK && !is_outage(err)) {
		gw_log_error("nor can a notice; giving the job up (%s)", gw_db_last_message());
		drop(queue, task);
		err = GW_OK;
	}
	(void)set_trace(NULL, trace);
	return err;
}

void gw_queue_settle(struct gw_queue *queue)
{
	enum gw_err err = GW_OK;

	while (queue->ended.first != NULL) {
		size_t count = 0;
		size_t bytes = 0;

		for (const struct gw_task *task = queue->ended.first;
		     task != NULL && count < SETTLE_MAX; task = task->next) {
			bytes += task->content.len;
			if (count > 0 && (bytes > SETTLE_BYTES || queue->careful))
				break;
			count++;
		}
		err = settle_some(queue, count);
		if (err != GW_OK && !is_outage(err)) {
			be_careful(queue);
			err = count > 1 ? GW_OK : settle_stubborn(queue);
		}
		if (!note(queue, err))
			return;
		/* the next of each pair may be due now */
		queue->look_at = 0;
	}
}

static void collect_claims(const struct gw_task_list *list, struct gw_job_claim *claims,
			   size_t *count)
{
	for (const struct gw_task *task = list->first; task != NULL; task = task->next)
		claims[(*count)++] = task->settlement.claim;
}

/* Drops the tasks whose claims, in the same order, turned out not to hold. */
static void drop_lost(struct gw_queue *queue, const struct gw_task_list *list,
		      const struct gw_job_claim *claims, size_t *position)
{
	char trace[GW_UUID_TEXT_SIZE];
	struct gw_task *next = NULL;

	for (struct gw_task *task = list->first; task != NULL; task = next) {
		next = task->next;
		if (claims[(*position)++].held)
			continue;
		gw_log_notice("job %s is no longer ours",
			      gw_uuid_format(&task->settlement.claim.id, trace));
		drop(queue, task);
	}
}

void gw_queue_renew(struct gw_queue *queue, const char *version)
{
	size_t count = gw_queue_count(queue);
	struct gw_job_claim *claims = gw_xcalloc(count, sizeof(*claims));
	size_t filled = 0;
	size_t position = 0;
	enum gw_err err = GW_OK;

	collect_claims(&queue->running, claims, &filled);
	collect_claims(&queue->ended, claims, &filled);
	err = gw_job_renew(queue->db, queue->name, queue->config->job_lease, claims, count);
	if (err == GW_OK) {
		drop_lost(queue, &queue->running, claims, &position);
		drop_lost(queue, &queue->ended, claims, &position);
		err = gw_worker_seen(queue->db, queue->name, version, queue->config->job_lease,
				     (int)gw_queue_count(queue), (int)queue->config->max_inflight);
	}
	if (note(queue, err))
		queue->renew_at = gw_monotonic() + queue->config->job_lease / 3;
	free(claims);
}

static struct gw_task *find(const struct gw_task_list *list, const struct gw_uuid *id)
{
	struct gw_task *task = list->first;

	while (task != NULL && !gw_uuid_equal(&task->settlement.claim.id, id))
		task = task->next;
	return task;
}

static void begin(struct gw_queue *queue, const struct gw_job *job, bool broken)
{
	struct gw_llm_wire wire;
	struct gw_llm_limits limits;
	struct gw_task *task = NULL;
	char trace[GW_UUID_TEXT_SIZE];

	(void)set_trace(&job->id, trace);
	/* a lease that we let run out ourselves */
	if (job->lost > 0) {
		gw_log_notice("its worker did not finish it; lost %lld times",
			      (long long)job->lost);
		task = find(&queue->running, &job->id);
		if (task == NULL)
			task = find(&queue->ended, &job->id);
		if (task != NULL)
			drop(queue, task);
	}
	if (broken) {
		list_add(&queue->ended, gw_task_new_broken(job, queue->config));
	} else if (gw_task_new(job, queue->config, &task, &wire, &limits)) {
		task->call = gw_llm_client_start(queue->client, &wire, &limits, task);
		list_add(&queue->running, task);
	} else {
		list_add(&queue->ended, task);
	}
	(void)set_trace(NULL, trace);
}

/* When to look again, now that there was less than there was room for. */
static enum gw_err plan_next_look(struct gw_queue *queue)
{
	int64_t wait = 0;
	enum gw_err err = gw_job_next(queue->db, &wait);

	if (err != GW_OK)
		return err;
	if (wait < CONTENDED_PAUSE)
		wait = CONTENDED_PAUSE;
	if (wait > queue->config->poll_interval)
		wait = queue->config->poll_interval;
	queue->look_at = gw_monotonic() + wait;
	return GW_OK;
}

enum gw_err gw_queue_claim(struct gw_queue *queue, int *ret_claimed)
{
	int room = (int)queue->config->max_inflight - (int)gw_queue_count(queue);
	struct gw_job_batch *batch = NULL;
	bool broken = false;
	enum gw_err err = GW_OK;
	int claimed = 0;

	if (queue->careful && gw_monotonic() >= queue->careful_until)
		queue->careful = false;
	if (room > BATCH_MAX)
		room = BATCH_MAX;
	if (room > 0 && queue->careful)
		room = 1;
	if (room > 0)
		err = gw_job_claim(queue->db, queue->name, queue->config->job_lease, room, &batch);
	if (err != GW_OK && !is_outage(err)) {
		broken = room == 1;
		be_careful(queue);
		err = broken ? gw_job_claim_blindly(queue->db, queue->name,
						    queue->config->job_lease, &batch)
			     : GW_OK;
	}
	for (size_t i = 0; err == GW_OK && batch != NULL && i < batch->count; i++)
		begin(queue, &batch->jobs[i], broken);
	claimed = err == GW_OK && batch != NULL ? (int)batch->count : 0;
	/* no batch and no outage: again, carefully */
	if (err == GW_OK && room > 0 && batch != NULL && claimed < room)
		err = plan_next_look(queue);
	if (err == GW_OK && room <= 0)
		queue->look_at = INT64_MAX; /* until something ends */
	gw_job_batch_free(batch);
	(void)note(queue, err);
	*ret_claimed = claimed;
	return err;
}

void gw_queue_give_back(struct gw_queue *queue)
{
	size_t count = queue->running.count;
	struct gw_job_claim *claims = gw_xcalloc(count, sizeof(*claims));
	size_t filled = 0;

	collect_claims(&queue->running, claims, &filled);
	while (queue->running.first != NULL)
		drop(queue, queue->running.first);
	if (count > 0)
		gw_log_notice("giving %zu jobs back", count);
	if (note(queue, gw_job_release(queue->db, queue->name, claims, count)) && count > 0)
		(void)note(queue, gw_job_notify(queue->db));
	free(claims);
}
