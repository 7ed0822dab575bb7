/* SPDX-License-Identifier: ISC */
/*
 * claim.c: how jobs come into the queue: claimed within the shares of organisations and models, loaded kind by kind, begun.
 */
#include "worker/claim.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "worker/errand.h"
#include "worker/kind.h"

#include <assert.h>
#include <math.h>

/* How often jobs are looked for that wait for longer than job_deadline. */
#define DEADLINE_INTERVAL (5 * GW_USEC_PER_SEC)
/* Jobs of a kind that this worker does not know wait for one that does. */
#define UNKNOWN_KIND_DELAY (60 * GW_USEC_PER_SEC)

/* 1 would mean no limit at all, also for what threads do. */
#define MOST_OF_ALL 0.99999

/* What letters use by mail and in Feishu: clawgw.letter_resource(). */
static const struct gw_uuid letter_resources[] = {
	{{0x6c, 0x65, 0x74, 0x74, 0x65, 0x72, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}},
	{{0x6c, 0x65, 0x74, 0x74, 0x65, 0x72, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 2}},
};
#define LETTER_RESOURCES GW_ARRAY_LEN(letter_resources)

_Static_assert(LETTER_RESOURCES *GW_ERRAND_SHARE <= GW_ERRAND_THREADS,
	       "nothing waits for a thread");

/* What one kind knows of its part of a batch. */
struct load {
	const struct gw_kind *kind;
	size_t count;
	const struct gw_job **jobs;
	bool *ask;
	void *data;
};

struct gw_claim {
	struct gw_job_batch *batch;
	struct load *loads;
	size_t load_count;
	struct gw_task **known; /* of each job: the task that this worker has for it already */
};

static void add_share(struct gw_job_share *shares, size_t *count, const struct gw_uuid *id)
{
	for (size_t i = 0; i < *count; i++) {
		if (gw_uuid_equal(&shares[i].id, id)) {
			shares[i].count++;
			return;
		}
	}
	shares[(*count)++] = (struct gw_job_share){*id, 1};
}

static struct gw_task *find_task(const struct gw_queue *queue, const struct gw_uuid *id)
{
	struct gw_task *task = NULL;

	for (int state = 0; state < GW_TASK_STATES; state++) {
		TAILQ_FOREACH(task, &queue->tasks[state], entry)
		{
			if (gw_uuid_equal(&task->settlement.claim.id, id))
				return task;
		}
	}
	return NULL;
}

/* A job that this worker has lost and claimed again (its lease ran out, or it was cancelled and queued again) goes on. */
static void find_known(const struct gw_queue *queue, struct gw_claim *claim)
{
	claim->known = gw_xcalloc(claim->batch->count, sizeof(struct gw_task *));
	for (size_t i = 0; queue->count > 0 && i < claim->batch->count; i++)
		claim->known[i] = find_task(queue, &claim->batch->jobs[i].id);
}

static enum gw_err load_kind(const struct gw_queue *queue, struct gw_tx *tx,
			     const struct gw_kind *kind, struct gw_claim *claim)
{
	const struct gw_job_batch *batch = claim->batch;
	struct load *load = &claim->loads[claim->load_count];

	load->kind = kind;
	load->jobs = gw_xcalloc(batch->count, sizeof(const struct gw_job *));
	load->ask = gw_xcalloc(batch->count, sizeof(*load->ask));
	claim->load_count++;
	for (size_t i = 0; i < batch->count; i++) {
		const struct gw_job *job = &batch->jobs[i];

		if (claim->known[i] != NULL || !gw_str_equal_c(job->kind, kind->name))
			continue;
		load->ask[load->count] =
			gw_policy_job_refusal(job, queue->config->job_deadline, NULL) == NULL;
		load->jobs[load->count++] = job;
	}
	return load->count == 0 ? GW_OK
				: kind->load(tx, load->jobs, load->ask, load->count, &load->data);
}

static size_t count_kinds(void)
{
	size_t count = 0;

	while (gw_kinds[count] != NULL)
		count++;
	return count;
}

void gw_claim_free(struct gw_claim *claim)
{
	if (claim == NULL)
		return;
	for (size_t i = 0; i < claim->load_count; i++) {
		if (claim->loads[i].data != NULL)
			claim->loads[i].kind->unload(claim->loads[i].data);
		free(claim->loads[i].jobs);
		free(claim->loads[i].ask);
	}
	free(claim->loads);
	free(claim->known);
	gw_job_batch_free(claim->batch);
	free(claim);
}

/*
 * What threads do is no call of a model and takes none of their share: of each resource so many jobs are taken as threads are left
 * for it. jobs_take() takes at most (w * free - count) / (1 + w), rounded up, with w = part / (1 - part).
 */
static int errand_count(const struct gw_queue *queue, const struct gw_uuid *resource, double part,
			int free)
{
	double weight = part / (1 - part);
	const struct gw_task *task = NULL;
	int left = GW_ERRAND_SHARE;
	double count = 0;

	TAILQ_FOREACH(task, &queue->tasks[GW_TASK_WORKING], entry)
	{
		left -= gw_uuid_equal(&task->resource, resource);
	}
	count = ceil(weight * free - (1 + weight) * (left > 0 ? left : 0));
	return count > 0 ? (int)count : 0;
}

static enum gw_err take(struct gw_queue *queue, struct gw_tx *tx, int room, struct gw_claim *claim)
{
	int64_t now = gw_monotonic();
	struct gw_job_share *tenants = gw_xcalloc(queue->count, sizeof(*tenants));
	struct gw_job_share *resources =
		gw_xcalloc(queue->count + LETTER_RESOURCES, sizeof(*resources));
	struct gw_job_demand demand = {
		.worker = queue->name,
		.lease = queue->config->job_lease,
		.room = room,
		.free = gw_queue_room(queue),
		.deadline = now >= queue->deadline_at ? queue->config->job_deadline : 0,
		.after_tenant = queue->has_last_tenant ? &queue->last_tenant : NULL,
		.tenants = tenants,
		.resources = resources,
		.tenant_part = (double)queue->config->share_organisation / 100,
		.resource_part = (double)queue->config->share_model / 100,
	};
	struct gw_task *task = NULL;
	enum gw_err err = GW_OK;

	if (demand.resource_part > MOST_OF_ALL)
		demand.resource_part = MOST_OF_ALL;
	for (size_t i = 0; i < LETTER_RESOURCES; i++)
		resources[demand.resource_count++] =
			(struct gw_job_share){letter_resources[i],
					      errand_count(queue, &letter_resources[i],
							   demand.resource_part, demand.free)};
	for (int state = 0; state < GW_TASK_STATES; state++) {
		if (state == GW_TASK_WORKING)
			continue;
		TAILQ_FOREACH(task, &queue->tasks[state], entry)
		{
			add_share(tenants, &demand.tenant_count, &task->tenant);
			add_share(resources, &demand.resource_count, &task->resource);
		}
	}
	err = gw_job_take(tx, &demand, &claim->batch);
	if (err == GW_OK && demand.deadline > 0)
		queue->deadline_at = now + DEADLINE_INTERVAL;
	free(tenants);
	free(resources);
	return err;
}

enum gw_err gw_claim_take(struct gw_queue *queue, int room, bool load, struct gw_claim **ret_claim)
{
	struct gw_claim *claim = gw_xcalloc(1, sizeof(*claim));
	struct gw_tx *tx = NULL;
	enum gw_err err = gw_tx_begin(queue->db, &tx);

	if (err != GW_OK)
		goto out;
	claim->loads = gw_xcalloc(count_kinds(), sizeof(*claim->loads));
	err = take(queue, tx, room, claim);
	if (err == GW_OK)
		find_known(queue, claim);
	for (size_t i = 0; err == GW_OK && load && claim->batch->count > 0 && gw_kinds[i] != NULL;
	     i++)
		err = load_kind(queue, tx, gw_kinds[i], claim);
	if (err != GW_OK) {
		gw_tx_rollback(tx);
		goto out;
	}
	err = gw_tx_commit(tx);
out:
	if (err == GW_OK)
		*ret_claim = claim;
	else
		gw_claim_free(claim);
	return err;
}

const struct gw_job_batch *gw_claim_batch(const struct gw_claim *claim)
{
	return claim->batch;
}

struct gw_task *gw_claim_known(const struct gw_claim *claim, size_t index)
{
	return claim->known[index];
}

/* Where a job is within what its kind has loaded; NULL: it was not. */
static const struct load *find_load(const struct gw_claim *claim, const struct gw_job *job,
				    size_t *ret_index)
{
	for (size_t i = 0; i < claim->load_count; i++) {
		for (size_t j = 0; j < claim->loads[i].count; j++) {
			if (claim->loads[i].jobs[j] == job) {
				*ret_index = j;
				return &claim->loads[i];
			}
		}
	}
	return NULL;
}

struct gw_task *gw_claim_begin(const struct gw_claim *claim, size_t index,
			       const struct gw_config *config)
{
	const struct gw_job *job = &claim->batch->jobs[index];
	const struct gw_kind *kind = gw_kind_find(job->kind);
	bool expired = false;
	const char *reason = gw_policy_job_refusal(job, config->job_deadline, &expired);
	size_t place = 0;
	const struct load *load = find_load(claim, job, &place);
	struct gw_str target =
		load != NULL && kind != NULL ? kind->target(load->data, place) : GW_STR_NULL;
	struct gw_task *task = gw_task_new(job, kind, target, config);

	if (job->lost > 0)
		gw_log_notice("its worker did not finish it; lost %lld times",
			      (long long)job->lost);
	if (kind == NULL) {
		task->settlement.delay = UNKNOWN_KIND_DELAY;
		gw_log_warning("jobs of the kind %.*s are unknown here", (int)job->kind.len,
			       job->kind.data);
		gw_task_later(task, UNKNOWN_KIND_DELAY, "this worker does not know its kind");
	} else if (load == NULL) {
		gw_task_broken(task);
	} else if (reason != NULL) {
		gw_log_notice("not begun: %s", reason);
		task->settlement.expired = expired;
		gw_task_dead(task, reason, reason);
	} else {
		kind->begin(task, job, load->data, place);
	}
	assert(task->state != GW_TASK_NEW);
	return task;
}
