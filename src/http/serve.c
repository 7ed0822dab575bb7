/* SPDX-License-Identifier: ISC */
/*
 * serve.c: how serving begins and ends: the listening socket, signals, limits of the process.
 *
 * Who works is threads.c, who waits lobby.c, one request exchange.c.
 */
#include "http/serve.h"

#include "base/clock.h"
#include "base/log.h"
#include "http/cgi.h"
#include "http/fcgi.h"
#include "http/lobby.h"
#include "http/threads.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define LISTEN_FD 0
/* Descriptors for everything but waiting requests: database connections, outside services, connections being served. */
#define RESERVED_FDS 1024
#define SHUTDOWN_TIMEOUT (60 * GW_USEC_PER_SEC)
/* Threads that have not finished are told of first. */
#define CUT_OFF_LATER (GW_USEC_PER_SEC / 5)

static bool is_listening(int fd)
{
	int listening = 0;
	socklen_t len = sizeof(listening);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 && listening;
}

static bool is_unix_socket(int fd)
{
	int domain = 0;
	socklen_t len = sizeof(domain);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 && domain == AF_UNIX;
}

/* The signals that end the process, blocked from here on in this thread and those it starts. */
static void take_signals(sigset_t *signals)
{
	struct sigaction action;

	sigemptyset(signals);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, signals, NULL);
	/* FCGX_Init() has installed handlers for these where there were none */
	memset(&action, 0, sizeof(action));
	action.sa_handler = SIG_DFL;
	sigemptyset(&action.sa_mask);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGUSR1, &action, NULL);
	action.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &action, NULL);
	/* whoever sends it to all of clawgw means the worker, which reads its configuration again */
	(void)sigaction(SIGHUP, &action, NULL);
}

/* Many responders share a machine, most of them idle: memory that is free goes back to the system. */
static void save_memory(void)
{
	(void)mallopt(M_ARENA_MAX, 2);
	(void)mallopt(M_MMAP_THRESHOLD, 128 * 1024);
	(void)mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}

/* Every request that waits has a descriptor. Raises their limit, and returns how many may wait under it. */
static unsigned raise_limit(unsigned max_waiting)
{
	struct rlimit limit = {0};
	rlim_t wanted = (rlim_t)max_waiting + RESERVED_FDS;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	if (limit.rlim_cur < wanted) {
		struct rlimit raised = limit;

		if (raised.rlim_max < wanted)
			raised.rlim_max = wanted;
		raised.rlim_cur = wanted;
		/* the hard limit is root's to raise */
		if (setrlimit(RLIMIT_NOFILE, &raised) != 0) {
			raised = limit;
			raised.rlim_cur = limit.rlim_max;
			(void)setrlimit(RLIMIT_NOFILE, &raised);
		}
		(void)getrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur >= wanted)
		return max_waiting;
	gw_log_notice("the limit of %llu descriptors (RLIMIT_NOFILE) lets fewer requests wait than "
		      "max_waiting",
		      (unsigned long long)limit.rlim_cur);
	return limit.rlim_cur > RESERVED_FDS ? (unsigned)(limit.rlim_cur - RESERVED_FDS)
					     : (unsigned)(limit.rlim_cur / 2);
}

static void cut_off(int signal_number)
{
	(void)signal_number;
	_exit(EXIT_SUCCESS);
}

/*
 * Whatever is still under way `timeout` later goes with the process: requests, and also what is done after them, such as
 * confirmations to a database that stands still. A signal rather than a thread, because at the end no other thread may be left.
 */
static void end_by_itself(int64_t timeout)
{
	const int64_t wait = timeout + CUT_OFF_LATER;
	const struct itimerval when = {
		.it_value = {.tv_sec = (time_t)(wait / GW_USEC_PER_SEC),
			     .tv_usec = (suseconds_t)(wait % GW_USEC_PER_SEC)}};
	struct sigaction action;
	sigset_t alarm;

	memset(&action, 0, sizeof(action));
	action.sa_handler = cut_off;
	sigemptyset(&action.sa_mask);
	(void)sigaction(SIGALRM, &action, NULL);
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	(void)pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
	(void)setitimer(ITIMER_REAL, &when, NULL);
}

/* Serves until a signal says that it is enough. */
static enum gw_err serve(const struct gw_serve_options *options, bool is_tcp)
{
	int64_t timeout = options->shutdown_timeout ? options->shutdown_timeout : SHUTDOWN_TIMEOUT;
	int flags = fcntl(LISTEN_FD, F_GETFL);
	enum gw_err err = GW_INTERNAL;
	int signal_number = 0;
	sigset_t signals;

	take_signals(&signals);
	if (flags < 0 || fcntl(LISTEN_FD, F_SETFL, flags | O_NONBLOCK) != 0) {
		gw_log_error("listening socket: %s", strerror(errno));
		return GW_INTERNAL;
	}
	err = gw_lobby_open(LISTEN_FD, raise_limit(options->max_waiting));
	if (err == GW_OK)
		err = gw_threads_start(options, LISTEN_FD, is_tcp);
	if (err == GW_OK) {
		gw_log_info("serving with %u threads", options->threads);
		while (sigwait(&signals, &signal_number) != 0)
			continue;
		gw_log_info("signal %d: finishing", signal_number);
		end_by_itself(timeout);
		/* threads that are still at work use what a tidy end would take away from under them */
		if (!gw_threads_stop(timeout))
			_exit(EXIT_SUCCESS);
	}
	gw_lobby_close();
	return err;
}

enum gw_err gw_serve(const struct gw_serve_options *options)
{
	bool is_tcp = false;

	save_memory();
	if (!is_listening(LISTEN_FD)) {
		if (!getenv("REQUEST_METHOD") && !getenv("GATEWAY_INTERFACE")) {
			gw_log_error("standard input is no listening socket, and there is no CGI "
				     "request either");
			return GW_INVALID;
		}
		(void)signal(SIGPIPE, SIG_IGN);
		gw_cgi_serve(options, environ);
		return GW_OK;
	}
	is_tcp = !is_unix_socket(LISTEN_FD);
	if (is_tcp && getenv("FCGI_WEB_SERVER_ADDRS")) {
		/* a list that libfcgi checks when it accepts, which it does not do here */
		gw_log_error("FCGI_WEB_SERVER_ADDRS is not supported: listen on a Unix socket, or "
			     "on 127.0.0.1");
		return GW_INVALID;
	}
	if (!gw_fcgi_init()) {
		gw_log_error("libfcgi cannot be initialised");
		return GW_INTERNAL;
	}
	return serve(options, is_tcp);
}
