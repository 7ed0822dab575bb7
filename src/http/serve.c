/*
 * serve.c: threads, connections and the way to an orderly end.
 *
 * Every thread waits on one epoll set, which holds
 *   - the listening socket (EPOLLEXCLUSIVE: of several processes one is woken),
 *   - connections that have no request right now (EPOLLONESHOT: whoever gets the event owns the connection until it
 *     puts it back), either fresh, accepted but silent so far, or kept by the web server for later,
 *   - when threads are to look up, an eventfd that is always readable.
 * A connection with a request belongs to its thread until the response is written.
 *
 * Connections that are to go are never closed from outside: they are shut down, which makes them readable, and the
 * thread that gets the event finds the end of the stream and closes them. So no thread ever holds a descriptor
 * that another one has closed.
 *
 * gw_serve() itself only waits for a signal. Then: the listening socket leaves the set, kept connections without
 * data are shut down, fresh ones are still waited for (the web server has been told that they exist, and its
 * request is on the way), and threads leave when no connection is left. A signal cannot be lost, because it is
 * blocked everywhere and taken with sigwait(3).
 *
 * A kept connection may get a request in the very moment it is shut down, as with every server that closes idle
 * connections; the web server sees that nothing was answered and may try elsewhere.
 */
#include "http/serve.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/exchange.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define LISTEN_FD 0
#define READ_TIMEOUT 5   /* seconds for the next bytes of a request */
#define WRITE_TIMEOUT 60 /* seconds for the peer to take some of a response */
#define SILENT_TIMEOUT (READ_TIMEOUT * GW_USEC_PER_SEC)
#define PARK_SECONDS 30
#define MAX_FRESH 256
#define MAX_KEPT 256
#define NAP_MS 20

#if defined(__SANITIZE_ADDRESS__)
#define STACK_SIZE ((size_t)2 * 1024 * 1024)
#else
#define STACK_SIZE ((size_t)256 * 1024)
#endif

struct conn {
	int fd;
	bool registered; /* in the epoll set, armed or not */
	bool dropped;    /* shut down by us; its event is on the way */
	int64_t since;
	struct conn_list *list; /* NULL while a thread owns it */
	struct conn *prev;
	struct conn *next;
};

/* Oldest first. */
struct conn_list {
	struct conn *first;
	struct conn *last;
	unsigned count;
};

static struct server {
	const struct gw_serve_options *options;
	int epoll;
	int wake;
	bool is_tcp;
	unsigned wanted; /* active threads: options->threads, at least one */

	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t unpark;
	pthread_cond_t left;
	bool stopping;
	bool waking;      /* the eventfd is in the set */
	unsigned waiting; /* threads in epoll_wait that may not know yet that the end has come */
	unsigned threads; /* alive: active, blocked and parked */
	unsigned active;  /* those that count against `wanted` */
	unsigned blocked; /* those between gw_serve_blocking_begin() and _end() */
	unsigned parked;
	unsigned unparks; /* parked threads that have been called back and not come yet */
	bool has_leaver;
	pthread_t
		leaver; /* left last; whoever leaves next joins it, the end of the program the last */
	struct conn_list fresh;
	struct conn_list kept;
} server;

static _Thread_local bool is_worker;
static _Thread_local unsigned blocking_depth;

static void lock(void)
{
	pthread_mutex_lock(&server.lock);
}

static void unlock(void)
{
	pthread_mutex_unlock(&server.lock);
}

/* --- lists; all with the lock held ------------------------------------------------------------ */

static void list_add(struct conn_list *list, struct conn *conn)
{
	conn->list = list;
	conn->since = gw_monotonic();
	conn->dropped = false;
	conn->prev = list->last;
	conn->next = NULL;
	if (list->last)
		list->last->next = conn;
	else
		list->first = conn;
	list->last = conn;
	list->count++;
}

static void list_remove(struct conn *conn)
{
	struct conn_list *list = conn->list;

	if (conn->prev)
		conn->prev->next = conn->next;
	else
		list->first = conn->next;
	if (conn->next)
		conn->next->prev = conn->prev;
	else
		list->last = conn->prev;
	list->count--;
	conn->list = NULL;
}

static void drop(struct conn *conn)
{
	conn->dropped = true;
	(void)shutdown(conn->fd, SHUT_RDWR);
}

/* Drops the oldest connection of the list that has not been dropped yet. */
static bool drop_oldest(struct conn_list *list)
{
	struct conn *conn = list->first;

	while (conn && conn->dropped)
		conn = conn->next;
	if (conn)
		drop(conn);
	return conn != NULL;
}

/* Drops connections that have been silent for too long; returns the milliseconds until the next one, or -1. */
static int drop_silent(void)
{
	int64_t now;
	struct conn *conn = server.fresh.first;

	if (!conn)
		return -1;
	now = gw_monotonic();
	for (; conn; conn = conn->next) {
		int64_t left = conn->since + SILENT_TIMEOUT - now;

		if (conn->dropped)
			continue;
		if (left > 0)
			return (int)(left / 1000) + 1;
		drop(conn);
	}
	return -1;
}

/* --- waking threads; with the lock held -------------------------------------------------------- */

static void wake_all(void)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};

	if (server.waking)
		return;
	server.waking = epoll_ctl(server.epoll, EPOLL_CTL_ADD, server.wake, &event) == 0;
}

/* Once everybody knows, the eventfd would only keep threads from waiting for the last connections. */
static void calm_down(void)
{
	if (!server.waking)
		return;
	(void)epoll_ctl(server.epoll, EPOLL_CTL_DEL, server.wake, NULL);
	server.waking = false;
}

/* --- connections ------------------------------------------------------------------------------- */

static void conn_close(struct conn *conn)
{
	close(conn->fd);
	free(conn);
}

/* Puts a connection that this thread owns into the set. With the lock held. */
static void conn_wait(struct conn *conn, struct conn_list *list)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT,
				    .data.ptr = conn};

	list_add(list, conn);
	if (epoll_ctl(server.epoll, conn->registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, conn->fd,
		      &event) == 0) {
		conn->registered = true;
		return;
	}
	list_remove(conn);
	conn_close(conn);
}

static void conn_serve(struct conn *conn)
{
	if (!gw_exchange_fastcgi(server.options, conn->fd)) {
		free(conn);
		conn = NULL;
	}
	while (blocking_depth)
		gw_serve_blocking_end();
	if (!conn)
		return;
	lock();
	if (server.stopping || server.kept.count >= MAX_KEPT)
		conn_close(conn);
	else
		conn_wait(conn, &server.kept);
	unlock();
}

static struct conn *accept_conn(void)
{
	struct timeval read_timeout = {.tv_sec = READ_TIMEOUT};
	struct timeval write_timeout = {.tv_sec = WRITE_TIMEOUT};
	struct conn *conn;
	int on = 1;
	int fd = accept4(LISTEN_FD, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return NULL;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &read_timeout, sizeof(read_timeout));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &write_timeout, sizeof(write_timeout));
	if (server.is_tcp)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	conn = gw_xcalloc(1, sizeof(*conn));
	conn->fd = fd;
	return conn;
}

/* accept(2) failed with `error`: keeps the listening socket, still readable, from turning the threads in circles. */
static void accept_failed(int error)
{
	bool dropped = false;

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
		lock();
		dropped = drop_oldest(&server.fresh) || drop_oldest(&server.kept);
		unlock();
		break;
	default:
		break;
	}
	gw_log_warning("accept: %s", strerror(error));
	if (!dropped)
		(void)poll(NULL, 0, NAP_MS);
}

static void accept_one(void)
{
	struct conn *conn = accept_conn();
	ssize_t got;
	char byte;

	if (!conn) {
		accept_failed(errno);
		return;
	}
	/* usually the request is there already */
	got = recv(conn->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	if (got > 0) {
		conn_serve(conn);
		return;
	}
	if (got == 0 || errno != EAGAIN) {
		conn_close(conn);
		return;
	}
	lock();
	if (server.fresh.count >= MAX_FRESH)
		(void)drop_oldest(&server.fresh);
	conn_wait(conn, &server.fresh);
	unlock();
}

/* --- threads ----------------------------------------------------------------------------------- */

static void *worker(void *arg);

/* Starts a thread, or calls a parked one. With the lock held. */
static bool add_thread(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	int error;

	if (server.parked > server.unparks) {
		server.unparks++;
		server.active++;
		pthread_cond_signal(&server.unpark);
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
	server.threads++;
	server.active++;
	return true;
}

/* True when this thread is needed again, false when it is to leave. With the lock held. */
static bool park(void)
{
	struct timespec until;
	int error = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += PARK_SECONDS;
	server.active--;
	server.parked++;
	while (!server.unparks && !server.stopping && error != ETIMEDOUT)
		error = pthread_cond_timedwait(&server.unpark, &server.lock, &until);
	server.parked--;
	if (!server.unparks)
		return false;
	server.unparks--;
	return true;
}

/* True if there is something left to wait for. With the lock held. */
static bool may_stay(void)
{
	if (server.stopping) {
		if (server.fresh.count || server.kept.count)
			return true;
		wake_all(); /* the others find the same */
		return false;
	}
	if (server.active > server.wanted)
		return park();
	return true;
}

/*
 * Gives the calling thread's place back and joins the one that left before. So every thread has ended, with what
 * libraries keep for it, before the program begins to end: a thread that was still on its way out would race with
 * their cleaning up. With the lock held; releases it.
 */
static void leave(void)
{
	bool has_other = server.has_leaver;
	pthread_t other = server.leaver;

	server.leaver = pthread_self();
	server.has_leaver = true;
	if (--server.threads == 0)
		pthread_cond_signal(&server.left);
	unlock();
	if (has_other)
		(void)pthread_join(other, NULL);
}

static void *worker(void *arg)
{
	struct epoll_event event;
	struct conn *conn;
	bool counted;
	int timeout;
	int n;

	(void)arg;
	is_worker = true;
	lock();
	while (may_stay()) {
		timeout = drop_silent();
		counted = !server.stopping;
		server.waiting += counted;
		unlock();
		n = epoll_wait(server.epoll, &event, 1, timeout);
		lock();
		server.waiting -= counted;
		if (server.stopping && server.waiting == 0 &&
		    (server.fresh.count || server.kept.count))
			calm_down();
		if (n <= 0 || event.data.ptr == NULL)
			continue;
		conn = event.data.ptr == &server ? NULL : event.data.ptr;
		if (conn)
			list_remove(conn);
		unlock();
		if (conn)
			conn_serve(conn);
		else
			accept_one();
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
	if (server.blocked >= server.options->max_blocked) {
		err = GW_BUSY;
	} else {
		blocking_depth = 1;
		server.blocked++;
		server.active--;
		/* should it fail, the others serve on */
		if (server.active < server.wanted)
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
	server.blocked--;
	server.active++;
	unlock();
}

/* --- beginning and end ------------------------------------------------------------------------- */

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

static void stop(void)
{
	struct conn *conn;
	pthread_t leaver;
	bool has_leaver;
	unsigned i;
	char byte;

	lock();
	server.stopping = true;
	(void)epoll_ctl(server.epoll, EPOLL_CTL_DEL, LISTEN_FD, NULL);
	/*
	 * The kernel wakes one process per connection. One that was woken for this process and not yet accepted would
	 * wait in the queue until the next one wakes another process. There is at most one for each waiting thread.
	 */
	for (i = 0; i < server.wanted; i++) {
		conn = accept_conn();
		if (!conn)
			break;
		conn_wait(conn, &server.fresh);
	}
	for (conn = server.kept.first; conn; conn = conn->next) {
		/* a request that is here already is still served; SHUT_RD tells the peer that no other will be */
		if (!conn->dropped && recv(conn->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0)
			(void)shutdown(conn->fd, SHUT_RD);
	}
	wake_all();
	pthread_cond_broadcast(&server.unpark);
	while (server.threads)
		pthread_cond_wait(&server.left, &server.lock);
	has_leaver = server.has_leaver;
	leaver = server.leaver;
	unlock();
	if (has_leaver)
		(void)pthread_join(leaver, NULL);
}

static enum gw_err start(const struct gw_serve_options *options)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = &server};
	pthread_condattr_t attr;
	unsigned i;
	int flags = fcntl(LISTEN_FD, F_GETFL);

	memset(&server, 0, sizeof(server));
	server.options = options;
	server.wanted = options->threads ? options->threads : 1;
	server.is_tcp = !is_unix_socket(LISTEN_FD);
	server.epoll = epoll_create1(EPOLL_CLOEXEC);
	server.wake = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&server.lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&server.unpark, &attr);
	pthread_cond_init(&server.left, &attr);
	pthread_condattr_destroy(&attr);
	if (server.epoll < 0 || server.wake < 0 || flags < 0 ||
	    fcntl(LISTEN_FD, F_SETFL, flags | O_NONBLOCK) != 0 ||
	    epoll_ctl(server.epoll, EPOLL_CTL_ADD, LISTEN_FD, &event) != 0) {
		gw_log_error("cannot watch the listening socket: %s", strerror(errno));
		return GW_INTERNAL;
	}
	lock();
	for (i = 0; i < server.wanted; i++) {
		if (!add_thread())
			break;
	}
	unlock();
	return i ? GW_OK : GW_INTERNAL;
}

static void finish(void)
{
	if (server.epoll >= 0)
		close(server.epoll);
	if (server.wake >= 0)
		close(server.wake);
	pthread_cond_destroy(&server.left);
	pthread_cond_destroy(&server.unpark);
	pthread_mutex_destroy(&server.lock);
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
}

/* Many responders share a machine, most of them idle: memory that is free goes back to the system. */
static void save_memory(void)
{
	(void)mallopt(M_ARENA_MAX, 2);
	(void)mallopt(M_MMAP_THRESHOLD, 128 * 1024);
	(void)mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}

enum gw_err gw_serve(const struct gw_serve_options *options)
{
	sigset_t signals;
	enum gw_err err;
	int signal_number;

	save_memory();
	if (!is_listening(LISTEN_FD)) {
		if (!getenv("REQUEST_METHOD") && !getenv("GATEWAY_INTERFACE")) {
			gw_log_error("standard input is no listening socket, and there is no CGI "
				     "request either");
			return GW_INVALID;
		}
		(void)signal(SIGPIPE, SIG_IGN);
		gw_exchange_cgi(options, environ);
		return GW_OK;
	}
	if (!is_unix_socket(LISTEN_FD) && getenv("FCGI_WEB_SERVER_ADDRS")) {
		/* a list that libfcgi checks when it accepts, which it does not do here */
		gw_log_error("FCGI_WEB_SERVER_ADDRS is not supported: listen on a Unix socket, or "
			     "on 127.0.0.1");
		return GW_INVALID;
	}
	if (FCGX_Init() != 0) {
		gw_log_error("libfcgi cannot be initialised");
		return GW_INTERNAL;
	}
	take_signals(&signals);
	err = start(options);
	if (err == GW_OK) {
		gw_log_info("serving with %u threads", server.wanted);
		while (sigwait(&signals, &signal_number) != 0)
			continue;
		gw_log_info("signal %d: finishing", signal_number);
		stop();
	}
	finish();
	return err;
}
