/* SPDX-License-Identifier: ISC */
/*
 * errand.c: see errand.h.
 */
#include "worker/errand.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define CONTENT_MAX_BYTES ((size_t)64 * 1024)
#define ERROR_MAX_BYTES 1024

struct errand {
	TAILQ_ENTRY(errand) entry;
	struct gw_task *task;
	struct gw_errand_result result;
	bool running;
	bool abandoned;
};

TAILQ_HEAD(errand_list, errand);

struct gw_errands {
	struct gw_db *db;
	const struct gw_config *config;
	int event;
	pthread_mutex_t lock; /* of everything below */
	pthread_cond_t wake;
	pthread_cond_t left;
	struct errand_list begun; /* waiting for a thread, or in the hands of one */
	struct errand_list ended;
	unsigned threads;
	unsigned idle;    /* of them, those that wait, or were told to wake and have not yet */
	unsigned waiting; /* of begun, those that no thread has */
	bool closing;
};

struct gw_errands *gw_errands_new(struct gw_db *db, const struct gw_config *config)
{
	struct gw_errands *errands = gw_xcalloc(1, sizeof(*errands));
	pthread_condattr_t attr;

	errands->db = db;
	errands->config = config;
	errands->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&errands->lock, NULL);
	pthread_cond_init(&errands->wake, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&errands->left, &attr);
	pthread_condattr_destroy(&attr);
	TAILQ_INIT(&errands->begun);
	TAILQ_INIT(&errands->ended);
	return errands;
}

static void free_errand(struct errand *errand)
{
	gw_buf_release(&errand->result.content);
	gw_buf_release(&errand->result.error);
	free(errand);
}

static struct errand *find_waiting(const struct gw_errands *errands)
{
	struct errand *errand = NULL;

	TAILQ_FOREACH(errand, &errands->begun, entry)
	{
		if (!errand->running)
			return errand;
	}
	return NULL;
}

static void run_errand(struct gw_errands *errands, struct errand *errand)
{
	char trace[GW_UUID_TEXT_SIZE];

	gw_log_set_trace(gw_uuid_format(&errand->task->settlement.claim.id, trace));
	errand->task->run(errand->task->run_arg, errands->db, errands->config, &errand->result);
	gw_log_set_trace(NULL);
}

static void *thread_main(void *arg)
{
	struct gw_errands *errands = arg;
	struct errand *errand = NULL;
	const uint64_t one = 1;

	pthread_mutex_lock(&errands->lock);
	while (!errands->closing) {
		errand = find_waiting(errands);
		if (errand == NULL) {
			errands->idle++;
			pthread_cond_wait(&errands->wake, &errands->lock);
			errands->idle--;
			continue;
		}
		errand->running = true;
		errands->waiting--;
		pthread_mutex_unlock(&errands->lock);
		run_errand(errands, errand);
		pthread_mutex_lock(&errands->lock);
		TAILQ_REMOVE(&errands->begun, errand, entry);
		TAILQ_INSERT_TAIL(&errands->ended, errand, entry);
		if (write(errands->event, &one, sizeof(one)) < 0 && errno != EAGAIN)
			gw_log_error("eventfd: errno %d", errno);
	}
	errands->threads--;
	pthread_cond_signal(&errands->left);
	pthread_mutex_unlock(&errands->lock);
	return NULL;
}

static bool start_thread(struct gw_errands *errands)
{
	pthread_attr_t attr;
	pthread_t thread;
	int error = 0;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	error = pthread_create(&thread, &attr, thread_main, errands);
	pthread_attr_destroy(&attr);
	if (error != 0 && errands->threads == 0) {
		/* the supervisor starts another one; with none there is nobody to do it */
		gw_log_error("no thread can be started: errno %d", error);
		abort();
	}
	return error == 0;
}

void gw_errands_start(struct gw_errands *errands, struct gw_task *task)
{
	struct errand *errand = gw_xcalloc(1, sizeof(*errand));

	errand->task = task;
	errand->result.retry_after = -1;
	gw_buf_init(&errand->result.content, CONTENT_MAX_BYTES);
	gw_buf_init(&errand->result.error, ERROR_MAX_BYTES);
	pthread_mutex_lock(&errands->lock);
	TAILQ_INSERT_TAIL(&errands->begun, errand, entry);
	errands->waiting++;
	/* one that is idle takes one errand, which it may be on its way to */
	if (errands->waiting > errands->idle && errands->threads < GW_ERRAND_THREADS &&
	    start_thread(errands))
		errands->threads++;
	pthread_cond_signal(&errands->wake);
	pthread_mutex_unlock(&errands->lock);
}

static struct errand *find_task(struct errand_list *list, const struct gw_task *task)
{
	struct errand *errand = NULL;

	TAILQ_FOREACH(errand, list, entry)
	{
		if (errand->task == task)
			return errand;
	}
	return NULL;
}

bool gw_errands_abandon(struct gw_errands *errands, struct gw_task *task)
{
	struct errand *errand = NULL;
	bool mine = true;

	pthread_mutex_lock(&errands->lock);
	errand = find_task(&errands->begun, task);
	if (errand != NULL && errand->running) {
		errand->abandoned = true;
		mine = false;
	} else if (errand != NULL) {
		TAILQ_REMOVE(&errands->begun, errand, entry);
		errands->waiting--;
		free_errand(errand);
	} else if ((errand = find_task(&errands->ended, task)) != NULL) {
		TAILQ_REMOVE(&errands->ended, errand, entry);
		free_errand(errand);
	}
	pthread_mutex_unlock(&errands->lock);
	return mine;
}

bool gw_errands_busy(struct gw_errands *errands)
{
	bool busy = false;

	pthread_mutex_lock(&errands->lock);
	busy = !TAILQ_EMPTY(&errands->begun);
	pthread_mutex_unlock(&errands->lock);
	return busy;
}

int gw_errands_fd(const struct gw_errands *errands)
{
	return errands->event;
}

static struct errand *take_ended(struct gw_errands *errands)
{
	struct errand *errand = NULL;

	pthread_mutex_lock(&errands->lock);
	errand = TAILQ_FIRST(&errands->ended);
	if (errand != NULL)
		TAILQ_REMOVE(&errands->ended, errand, entry);
	pthread_mutex_unlock(&errands->lock);
	return errand;
}

void gw_errands_collect(struct gw_errands *errands, gw_errand_done *done, void *context)
{
	struct errand *errand = NULL;
	uint64_t count = 0;

	(void)!read(errands->event, &count, sizeof(count));
	while ((errand = take_ended(errands)) != NULL) {
		if (errand->abandoned)
			gw_task_free(errand->task);
		else
			done(context, errand->task, &errand->result);
		free_errand(errand);
	}
}

static void drop_result(void *context, struct gw_task *task, struct gw_errand_result *result)
{
	(void)context;
	(void)result;
	gw_task_free(task);
}

bool gw_errands_free(struct gw_errands *errands, int64_t deadline)
{
	struct timespec until = {.tv_sec = (time_t)(deadline / GW_USEC_PER_SEC),
				 .tv_nsec = (long)(deadline % GW_USEC_PER_SEC) * 1000};
	int error = 0;

	pthread_mutex_lock(&errands->lock);
	errands->closing = true;
	pthread_cond_broadcast(&errands->wake);
	while (errands->threads > 0 && error == 0)
		error = pthread_cond_timedwait(&errands->left, &errands->lock, &until);
	pthread_mutex_unlock(&errands->lock);
	if (error != 0)
		return false;
	gw_errands_collect(errands, drop_result, NULL);
	(void)close(errands->event);
	pthread_cond_destroy(&errands->wake);
	pthread_cond_destroy(&errands->left);
	pthread_mutex_destroy(&errands->lock);
	free(errands);
	return true;
}
