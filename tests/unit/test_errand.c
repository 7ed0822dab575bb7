/* SPDX-License-Identifier: ISC */
/*
 * test_errand.c: work that blocks, in threads: as much of it at once as there are threads, however fast it is begun.
 */
#include "worker/errand.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>

#define ROUNDS 200
#define AT_ONCE 4

/* Where errands of a round wait for each other. */
static struct meeting {
	pthread_mutex_t lock;
	pthread_cond_t all;
	unsigned wanted, arrived;
} meeting = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};

static void meet(void *arg, struct gw_db *db, const struct gw_config *config,
		 struct gw_errand_result *result)
{
	struct timespec until;
	int error = 0;

	(void)db;
	(void)config;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 20;
	pthread_mutex_lock(&meeting.lock);
	if (++meeting.arrived >= meeting.wanted)
		pthread_cond_broadcast(&meeting.all);
	while (meeting.arrived < meeting.wanted && error == 0)
		error = pthread_cond_timedwait(&meeting.all, &meeting.lock, &until);
	pthread_mutex_unlock(&meeting.lock);
	*(int *)arg = error;
	result->state = GW_JOB_DONE;
}

static void count(void *context, struct gw_task *task, struct gw_errand_result *result)
{
	(void)task;
	(void)result;
	++*(unsigned *)context;
}

static void collect(struct gw_errands *errands, unsigned number)
{
	struct pollfd ended = {.fd = gw_errands_fd(errands), .events = POLLIN};
	unsigned done = 0;

	while (done < number) {
		cr_assert_eq(poll(&ended, 1, 60000), 1, "nothing ends");
		gw_errands_collect(errands, count, &done);
	}
}

static void start(struct gw_errands *errands, struct gw_task *tasks, int *errors, unsigned number)
{
	meeting.wanted = number;
	meeting.arrived = 0;
	for (unsigned i = 0; i < number; i++) {
		tasks[i].run = meet;
		tasks[i].run_arg = &errors[i];
		gw_errands_start(errands, &tasks[i]);
	}
}

/* An idle thread that was woken and does not run yet is still idle: it must not be counted on twice. */
Test(errand, none_waits_while_a_thread_could_do_it)
{
	struct gw_errands *errands = gw_errands_new(NULL, NULL);
	struct gw_task tasks[AT_ONCE];
	int errors[AT_ONCE];

	memset(tasks, 0, sizeof(tasks));
	for (int round = 0; round < ROUNDS; round++) {
		/* one thread is there and idle */
		if (round % 20 == 0) {
			cr_assert(gw_errands_free(errands, gw_monotonic() + 20 * GW_USEC_PER_SEC));
			errands = gw_errands_new(NULL, NULL);
			start(errands, tasks, errors, 1);
			collect(errands, 1);
		}
		start(errands, tasks, errors, AT_ONCE);
		collect(errands, AT_ONCE);
		for (int i = 0; i < AT_ONCE; i++)
			cr_assert_eq(errors[i], 0,
				     "round %d: errand %d waited for the others in vain", round, i);
	}
	cr_assert(gw_errands_free(errands, gw_monotonic() + 20 * GW_USEC_PER_SEC));
}
