/* SPDX-License-Identifier: ISC */
/*
 * handout.c: see handout.h.
 */
#include "gateway/handout.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#define BATCH 256 /* so many are confirmed at once; they do not wait longer when they are more */
#define PAUSE_NSEC INT64_C(1000000000)

struct gw_handouts {
	struct gw_db *db;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	bool started;
	bool ending;
	size_t count;
	struct gw_handout waiting[BATCH];
};

struct gw_handouts *gw_handouts_new(struct gw_db *db)
{
	struct gw_handouts *handouts = gw_xcalloc(1, sizeof(*handouts));
	pthread_condattr_t attributes;

	handouts->db = db;
	pthread_mutex_init(&handouts->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&handouts->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	return handouts;
}

/* With the lock held, which it gives up meanwhile. What cannot be confirmed is handed out again when its lease ends. */
static void confirm(struct gw_handouts *handouts)
{
	struct gw_handout batch[BATCH];
	size_t count = handouts->count;
	enum gw_err err = GW_OK;

	if (count == 0)
		return;
	memcpy(batch, handouts->waiting, count * sizeof(batch[0]));
	handouts->count = 0;
	pthread_cond_broadcast(&handouts->changed);
	pthread_mutex_unlock(&handouts->lock);
	err = gw_message_confirm(handouts->db, batch, count);
	if (err != GW_OK)
		gw_log_info("%zu written answers were not confirmed: %s", count, gw_err_name(err));
	pthread_mutex_lock(&handouts->lock);
}

static void *run(void *arg)
{
	struct gw_handouts *handouts = arg;
	struct timespec until;

	pthread_mutex_lock(&handouts->lock);
	while (!handouts->ending) {
		if (handouts->count == 0) {
			pthread_cond_wait(&handouts->changed, &handouts->lock);
			continue;
		}
		(void)clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += PAUSE_NSEC / 1000000000;
		while (!handouts->ending && handouts->count < BATCH &&
		       pthread_cond_timedwait(&handouts->changed, &handouts->lock, &until) == 0)
			;
		confirm(handouts);
	}
	confirm(handouts);
	pthread_mutex_unlock(&handouts->lock);
	return NULL;
}

/* With the lock held. Signals are for the main thread. */
static void start(struct gw_handouts *handouts)
{
	sigset_t all;
	sigset_t before;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	handouts->started = pthread_create(&handouts->thread, NULL, run, handouts) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void gw_handouts_free(struct gw_handouts *handouts)
{
	if (handouts == NULL)
		return;
	pthread_mutex_lock(&handouts->lock);
	handouts->ending = true;
	pthread_cond_broadcast(&handouts->changed);
	if (!handouts->started)
		confirm(handouts);
	pthread_mutex_unlock(&handouts->lock);
	if (handouts->started)
		pthread_join(handouts->thread, NULL);
	pthread_cond_destroy(&handouts->changed);
	pthread_mutex_destroy(&handouts->lock);
	free(handouts);
}

void gw_handouts_end(struct gw_handouts *handouts, const struct gw_handout *handout, bool written)
{
	enum gw_err err = GW_OK;

	if (!written && handouts != NULL) {
		err = gw_message_give_back(handouts->db, handout);
		if (err != GW_OK)
			gw_log_info("an answer that was not written keeps its messages until their "
				    "lease ends: %s",
				    gw_err_name(err));
		return;
	}
	if (handouts == NULL)
		return;
	pthread_mutex_lock(&handouts->lock);
	/* others may fill it again while the lock is not held */
	while (handouts->count == BATCH)
		confirm(handouts);
	handouts->waiting[handouts->count++] = *handout;
	if (!handouts->started)
		start(handouts);
	if (handouts->count == 1 || handouts->count == BATCH)
		pthread_cond_broadcast(&handouts->changed);
	pthread_mutex_unlock(&handouts->lock);
}
