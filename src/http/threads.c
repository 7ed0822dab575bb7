/* SPDX-License-Identifier: ISC */
/*
 * threads.c: see threads.h.
 *
 * A thread that has nothing to do waits in gw_lobby_next(). At the end each thread that leaves wakes another, and so does the
 * one that finishes the last request; no thread waits for one that never comes.
 */
#include "http/threads.h"

#include "base/clock.h"
#include "base/log.h"
#include "http/exchange.h"
#include "http/lobby.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_TIMEOUT 5   /* seconds for the next bytes of a request */
#define WRITE_TIMEOUT 60 /* seconds for the peer to take some of a response */
#define PARK_SECONDS 30
#define NAP_MS 20

#if defined(__SANITIZE_ADDRESS__)
#define STACK_SIZE ((size_t)2 * 1024 * 1024)
#else
#define STACK_SIZE ((size_t)256 * 1024)
#endif

static struct {
	const struct gw_serve_options *options;
	int listener;
	bool is_tcp;
	atomic_bool has_waited;
	unsigned wanted; /* active threads: options->threads, at least one */

	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t unpark;
	pthread_cond_t left;
	bool stopping;
	unsigned threads; /* alive: active, blocked and parked */
	unsigned active;  /* those that count against `wanted` */
	unsigned blocked; /* those between gw_serve_blocking_begin() and _end() */
	unsigned parked;
	unsigned unparks; /* parked threads that have been called back and not come yet */
	bool has_leaver;
	pthread_t
		leaver; /* left last; whoever leaves next joins it, the end of the program the last */
} pool;

static _Thread_local bool is_worker;
static _Thread_local unsigned blocking_depth;

static void lock(void)
{
	pthread_mutex_lock(&pool.lock);
}

static void unlock(void)
{
	pthread_mutex_unlock(&pool.lock);
}

/* --- serving -------------------------------------------------------------------------------------- */

/* Somebody is about to wait: from the first time on, there has to be somebody who wakes. */
static void wait_begins(void)
{
	if (pool.options->first_wait != NULL && !atomic_exchange(&pool.has_waited, true))
		pool.options->first_wait(pool.options->context);
}

/* Runs the guest's request until it is over or waits in the lobby. */
static void serve_request(struct gw_guest *guest)
{
	enum gw_exchange_next next = GW_EXCHANGE_END;

	do {
		/* what rang while a piece of a stream was being taken has not been looked at */
		if (!gw_exchange_is_flushing(guest->exchange))
			guest->since = gw_lobby_now();
		next = gw_exchange_run(guest->exchange, gw_lobby_has_room(), guest->last_call);
		while (blocking_depth)
			gw_serve_blocking_end();
		if (next != GW_EXCHANGE_END)
			wait_begins();
	} while (next == GW_EXCHANGE_WAIT && !gw_lobby_put_waiting(guest));
	if (next == GW_EXCHANGE_FLUSH) {
		gw_lobby_put_flushing(guest);
	} else if (next == GW_EXCHANGE_END) {
		if (gw_exchange_free(guest->exchange))
			gw_lobby_put_kept(guest);
		else
			gw_lobby_forget(guest);
	}
}

static void serve_guest(struct gw_guest *guest)
{
	if (guest->exchange == NULL)
		guest->exchange = gw_exchange_open(pool.options, guest->fd, pool.is_tcp);
	if (guest->exchange != NULL)
		serve_request(guest);
	else
		gw_lobby_forget(guest);
}

/* accept(2) failed with `error`: keeps the listening socket, still readable, from turning the threads in circles. */
static void accept_failed(int error)
{
	bool made_room = false;

	switch (error) {
	case EAGAIN:
	case EINTR:
	case ECONNABORTED:
	case EPROTO:
		return; /* somebody else took it, or it is gone */
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		made_room = gw_lobby_make_room();
		break;
	default:
		break;
	}
	gw_log_warning("accept: %s", strerror(error));
	if (!made_room)
		(void)poll(NULL, 0, NAP_MS);
}

/* -1: there is none, errno says why. */
static int accept_connection(void)
{
	struct timeval read_timeout = {.tv_sec = READ_TIMEOUT};
	struct timeval write_timeout = {.tv_sec = WRITE_TIMEOUT};
	int on = 1;
	int fd = accept4(pool.listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &read_timeout, sizeof(read_timeout));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &write_timeout, sizeof(write_timeout));
	if (pool.is_tcp)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void accept_one(void)
{
	int fd = accept_connection();
	ssize_t got = 0;
	char byte = 0;

	if (fd < 0) {
		accept_failed(errno);
		return;
	}
	/* usually the request is there already */
	got = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	if (got > 0)
		serve_guest(gw_lobby_welcome(fd));
	else if (got == 0 || errno != EAGAIN)
		close(fd);
	else
		gw_lobby_put_fresh(gw_lobby_welcome(fd));
}

/* --- threads -------------------------------------------------------------------------------------- */

static void *worker(void *arg);

/* Starts a thread, or calls a parked one. With the lock held. */
static bool add_thread(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	int error;

	if (pool.parked > pool.unparks) {
		pool.unparks++;
		pool.active++;
		pthread_cond_signal(&pool.unpark);
		return true;
	}
	if (pthread_attr_init(&attr) != 0)
		return false;
	(void)pthread_attr_setstacksize(&attr, STACK_SIZE);
	error = pthread_create(&thread, &attr, worker, NULL);
	pthread_attr_destroy(&attr);
	if (error) {
		gw_log_warning("cannot start a thread: %s", strerror(error));
		return false;
	}
	pool.threads++;
	pool.active++;
	return true;
}

/* True when this thread is needed again, false when it is to leave. With the lock held. */
static bool park(void)
{
	struct timespec until;
	int error = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += PARK_SECONDS;
	pool.active--;
	pool.parked++;
	while (!pool.unparks && !pool.stopping && error != ETIMEDOUT)
		error = pthread_cond_timedwait(&pool.unpark, &pool.lock, &until);
	pool.parked--;
	if (!pool.unparks)
		return false;
	pool.unparks--;
	return true;
}

/* True if there is something left to wait for. With the lock held. */
static bool may_stay(void)
{
	if (pool.stopping)
		return !gw_lobby_is_empty();
	if (pool.active > pool.wanted)
		return park();
	return true;
}

/*
 * Gives the calling thread's place back and joins the one that left before. So every thread has ended, with what libraries
 * keep for it, before the program begins to end: a thread that was still on its way out would race with their cleaning up.
 * With the lock held; releases it.
 */
static void leave(void)
{
	bool has_other = pool.has_leaver;
	pthread_t other = pool.leaver;

	pool.leaver = pthread_self();
	pool.has_leaver = true;
	if (--pool.threads == 0)
		pthread_cond_signal(&pool.left);
	else if (pool.stopping)
		gw_lobby_nudge(); /* the others find the same */
	unlock();
	if (has_other)
		(void)pthread_join(other, NULL);
}

static void *worker(void *arg)
{
	struct gw_guest *guest = NULL;

	(void)arg;
	is_worker = true;
	lock();
	while (may_stay()) {
		unlock();
		switch (gw_lobby_next(&guest)) {
		case GW_LOBBY_ACCEPT:
			accept_one();
			break;
		case GW_LOBBY_GUEST:
			serve_guest(guest);
			break;
		case GW_LOBBY_NOTHING:
			break;
		}
		lock();
	}
	leave();
	return NULL;
}

enum gw_err gw_serve_blocking_begin(void)
{
	enum gw_err err = GW_OK;

	if (!is_worker)
		return GW_OK;
	if (blocking_depth) {
		blocking_depth++;
		return GW_OK;
	}
	lock();
	if (pool.blocked >= pool.options->max_blocked) {
		err = GW_BUSY;
	} else {
		blocking_depth = 1;
		pool.blocked++;
		pool.active--;
		/* should it fail, the others serve on */
		if (pool.active < pool.wanted)
			(void)add_thread();
	}
	unlock();
	return err;
}

void gw_serve_blocking_end(void)
{
	if (!is_worker || blocking_depth == 0 || --blocking_depth)
		return;
	lock();
	pool.blocked--;
	pool.active++;
	unlock();
}

/* --- beginning and end ---------------------------------------------------------------------------- */

enum gw_err gw_threads_start(const struct gw_serve_options *options, int listener, bool is_tcp)
{
	pthread_condattr_t attr;
	unsigned started = 0;

	memset(&pool, 0, sizeof(pool));
	pool.options = options;
	pool.listener = listener;
	pool.is_tcp = is_tcp;
	pool.wanted = options->threads ? options->threads : 1;
	pthread_mutex_init(&pool.lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&pool.unpark, &attr);
	pthread_cond_init(&pool.left, &attr);
	pthread_condattr_destroy(&attr);
	lock();
	while (started < pool.wanted && add_thread())
		started++;
	unlock();
	return started > 0 ? GW_OK : GW_INTERNAL;
}

/*
 * The kernel wakes one process per connection. One that was woken for this process and not yet accepted would wait in the queue
 * until the next one wakes another process. There is at most one for each waiting thread.
 */
static void accept_last(void)
{
	for (unsigned i = 0; i < pool.wanted; i++) {
		int fd = accept_connection();

		if (fd < 0)
			break;
		gw_lobby_put_fresh(gw_lobby_welcome(fd));
	}
}

bool gw_threads_stop(int64_t timeout)
{
	struct timespec until;
	pthread_t leaver;
	bool has_leaver = false;
	int error = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout / GW_USEC_PER_SEC;
	until.tv_nsec += timeout % GW_USEC_PER_SEC * 1000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	accept_last();
	gw_lobby_stop();
	lock();
	pool.stopping = true;
	pthread_cond_broadcast(&pool.unpark);
	gw_lobby_nudge();
	while (pool.threads && error != ETIMEDOUT)
		error = pthread_cond_timedwait(&pool.left, &pool.lock, &until);
	if (pool.threads > 0) {
		gw_log_warning("%u threads have not finished in time", pool.threads);
		unlock();
		return false;
	}
	has_leaver = pool.has_leaver;
	leaver = pool.leaver;
	unlock();
	if (has_leaver)
		(void)pthread_join(leaver, NULL);
	pthread_cond_destroy(&pool.left);
	pthread_cond_destroy(&pool.unpark);
	pthread_mutex_destroy(&pool.lock);
	return true;
}
