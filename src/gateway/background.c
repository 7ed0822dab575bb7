/* SPDX-License-Identifier: ISC */
/*
 * background.c: see background.h.
 */
#include "gateway/background.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct background {
	void (*run)(void *arg);
	void *arg;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned under_way;
static bool ending; /* somebody waits until none is */

static void one_less(void)
{
	(void)pthread_mutex_lock(&lock);
	under_way--;
	(void)pthread_cond_broadcast(&changed);
	(void)pthread_mutex_unlock(&lock);
}

static void *perform(void *arg)
{
	struct background work = *(struct background *)arg;

	free(arg);
	work.run(work.arg);
	one_less();
	return NULL;
}

bool gw_background_start(void (*run)(void *arg), void *arg, unsigned max)
{
	struct background *work = NULL;
	pthread_attr_t attributes;
	pthread_t thread;
	bool started = false;
	bool room = false;

	(void)pthread_mutex_lock(&lock);
	room = under_way < max;
	if (room)
		under_way++;
	(void)pthread_mutex_unlock(&lock);
	if (!room)
		return false;
	work = gw_xmalloc(sizeof(*work));
	*work = (struct background){.run = run, .arg = arg};
	if (pthread_attr_init(&attributes) == 0) {
		(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
		started = pthread_create(&thread, &attributes, perform, work) == 0;
		(void)pthread_attr_destroy(&attributes);
	}
	if (!started) {
		free(work);
		one_less();
	}
	return started;
}

/* Not the time of day: that may be set back meanwhile. */
static struct timespec moment_in(int64_t microseconds)
{
	struct timespec moment;

	(void)clock_gettime(CLOCK_MONOTONIC, &moment);
	moment.tv_sec += (time_t)(microseconds / GW_USEC_PER_SEC);
	moment.tv_nsec += (long)(microseconds % GW_USEC_PER_SEC) * 1000;
	if (moment.tv_nsec >= 1000000000L) {
		moment.tv_nsec -= 1000000000L;
		moment.tv_sec++;
	}
	return moment;
}

void gw_background_pause(int64_t microseconds)
{
	const struct timespec until = moment_in(microseconds);
	int result = 0;

	(void)pthread_mutex_lock(&lock);
	while (!ending && result == 0)
		result = pthread_cond_clockwait(&changed, &lock, CLOCK_MONOTONIC, &until);
	(void)pthread_mutex_unlock(&lock);
}

bool gw_background_wait(int64_t microseconds)
{
	const struct timespec until = moment_in(microseconds);
	int result = 0;
	bool none = false;

	(void)pthread_mutex_lock(&lock);
	ending = true;
	(void)pthread_cond_broadcast(&changed);
	while (under_way > 0 && result == 0)
		result = pthread_cond_clockwait(&changed, &lock, CLOCK_MONOTONIC, &until);
	none = under_way == 0;
	ending = !none;
	(void)pthread_mutex_unlock(&lock);
	return none;
}
