/* SPDX-License-Identifier: ISC */
/*
 * waiters.c: holds many polls that wait, sends messages to their agents, and measures how long each takes to arrive.
 *
 *   waiters [-w WAITERS] [-r MESSAGES_A_SECOND] [-t SECONDS | -f FILE] [-s] SOCKET...
 *
 * Waiter n polls as the agent with the key oc-bench-<n> and the name <n> (fill.sql), over the Unix socket of a web server, again and
 * again; the messages say when they were sent. With -s it names its session and confirms by receipts; with -f it goes on until FILE is
 * gone. Each socket has a process and an equal share of waiters and messages, since a process may
 * have only so many descriptors. Nobody is measured before all wait: then "all wait" is printed, and at the end one line:
 *
 *   waiting received lost failures twice p50 p99 max (microseconds from before the send to the receipt)
 *
 * Each process is one thread, so that the load takes little from what it measures.
 */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/uuid.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK "sent at "
#define MAX_ANSWER ((size_t)1024 * 1024)
#define MAX_SAMPLES ((size_t)256 * 1024) /* of a process */
#define MAX_SHARES 64
#define CONNECTS 2000                /* polls a second that begin, of all processes together */
#define PAUSE GW_USEC_PER_SEC        /* after a failure */
#define GRACE (10 * GW_USEC_PER_SEC) /* for what is under way at the end */

struct peer {
	int fd;
	long number; /* of the waiter; -1: a sender */
	struct gw_buf answer;
	TAILQ_ENTRY(peer) link; /* of those that pause */
	int64_t again_at;
	char receipt[GW_UUID_TEXT_SIZE]; /* "": none yet */
	struct gw_uuid *seen;            /* the messages that it got */
	size_t seen_count, seen_room;
};

/* What the processes have in common. */
struct share {
	atomic_bool waits;
	size_t sent, received, failures, twice;
	int64_t samples[MAX_SAMPLES];
};
struct common {
	atomic_bool go;
	struct share shares[MAX_SHARES];
};
static struct common *common;

static struct {
	struct sockaddr_un address;
	long waiters; /* in all; this process has those from first to end */
	long first, end;
	long rate; /* of this process */
	long seconds;
	const char *go_on; /* a file; NULL: for `seconds` */
	bool sessions;
	int epoll;
	struct share *share;
	TAILQ_HEAD(, peer) pausing; /* the longest first */
} load = {.waiters = 1000, .rate = 200, .seconds = 10};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void ask(struct peer *peer, const char *request)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
	size_t len = strlen(request);

	peer->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (peer->fd < 0)
		die("socket");
	gw_buf_reset(&peer->answer);
	if (connect(peer->fd, (const struct sockaddr *)&load.address, sizeof(load.address)) != 0)
		die("connect");
	if (send(peer->fd, request, len, MSG_NOSIGNAL) != (ssize_t)len)
		die("send");
	if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, peer->fd, &event) != 0)
		die("epoll_ctl");
}

static void poll_again(struct peer *peer)
{
	char request[384];
	char session[128] = "";

	if (load.sessions)
		(void)snprintf(session, sizeof(session), "&session=bench%s%s",
			       peer->receipt[0] != '\0' ? "&receipt=" : "", peer->receipt);
	(void)snprintf(request, sizeof(request),
		       "GET /api/gateway/poll?wait=50%s HTTP/1.1\r\nHost: localhost\r\n"
		       "X-Api-Key: oc-bench-%ld\r\nConnection: close\r\n\r\n",
		       session, peer->number);
	ask(peer, request);
}

static void send_one(long to)
{
	struct peer *peer = gw_xcalloc(1, sizeof(*peer));
	char body[256];
	char request[512];

	peer->number = -1;
	gw_buf_init(&peer->answer, MAX_ANSWER);
	(void)snprintf(body, sizeof(body),
		       "{\"target\":\"%ld\",\"channel\":\"agent\",\"content\":\"" MARK "%" PRId64
		       "\"}",
		       to, gw_monotonic());
	(void)snprintf(
		request, sizeof(request),
		"POST /api/gateway/send-message HTTP/1.1\r\nHost: localhost\r\n"
		"X-Api-Key: oc-bench-%ld\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s",
		(to + 1) % load.waiters, strlen(body), body);
	ask(peer, request);
	load.share->sent++;
}

/* Notes that a waiter got a message; one that it had already is counted. */
static void note_seen(struct peer *peer, struct gw_str id)
{
	struct gw_uuid uuid;

	if (!gw_uuid_parse(id, &uuid))
		return;
	for (size_t i = 0; i < peer->seen_count; i++) {
		if (memcmp(&peer->seen[i], &uuid, sizeof(uuid)) == 0)
			load.share->twice++;
	}
	if (peer->seen_count == peer->seen_room) {
		peer->seen_room = peer->seen_room * 2 + 8;
		peer->seen = gw_xrealloc(peer->seen, peer->seen_room * sizeof(*peer->seen));
	}
	peer->seen[peer->seen_count++] = uuid;
}

/* Counts the messages of an answer: a message begins with its id, what is in its history does not. */
static void account(struct peer *peer)
{
	static const char begin[] = "{\"id\":\"";
	const char *at = strstr(peer->answer.data, "\"messages\"");
	int64_t now = gw_monotonic();

	while (at != NULL && (at = strstr(at, begin)) != NULL) {
		const char *sent = strstr(at, "\"content\":\"" MARK);

		at += strlen(begin);
		note_seen(peer, (struct gw_str){at, GW_UUID_TEXT_SIZE - 1});
		if (sent != NULL && load.share->received < MAX_SAMPLES)
			load.share->samples[load.share->received] =
				now - strtoll(sent + strlen("\"content\":\"" MARK), NULL, 10);
		load.share->received++;
	}
}

/* Keeps the receipt that the waiter repeats with its next poll. */
static void keep_receipt(struct peer *peer)
{
	static const char name[] = "\r\nX-Gateway-Receipt: ";
	const char *at = strstr(peer->answer.data, name);

	if (at == NULL)
		return;
	memcpy(peer->receipt, at + strlen(name), GW_UUID_TEXT_SIZE - 1);
	peer->receipt[GW_UUID_TEXT_SIZE - 1] = '\0';
}

static void finish(struct peer *peer)
{
	bool ok = peer->answer.len > 12 && memcmp(peer->answer.data + 8, " 200", 4) == 0;

	close(peer->fd);
	if (!ok && load.share->failures++ == 0)
		(void)fprintf(stderr, "waiters: %.300s\n",
			      peer->answer.len > 0 ? peer->answer.data : "no answer");
	if (peer->number < 0) {
		gw_buf_release(&peer->answer);
		free(peer);
		return;
	}
	if (ok) {
		account(peer);
		keep_receipt(peer);
	}
	gw_buf_release(&peer->answer);
	gw_buf_init(&peer->answer, MAX_ANSWER);
	if (ok) {
		poll_again(peer);
		return;
	}
	peer->again_at = gw_monotonic() + PAUSE;
	TAILQ_INSERT_TAIL(&load.pausing, peer, link);
}

static void receive(struct peer *peer)
{
	char chunk[16384];
	ssize_t got = recv(peer->fd, chunk, sizeof(chunk), 0);

	if (got > 0)
		gw_buf_add(&peer->answer, chunk, (size_t)got);
	else if (got == 0 || errno != EINTR)
		finish(peer);
}

static void look(int timeout)
{
	struct epoll_event events[64];
	int count = epoll_wait(load.epoll, events, 64, timeout);

	for (int i = 0; i < count; i++)
		receive(events[i].data.ptr);
	while (!TAILQ_EMPTY(&load.pausing) &&
	       TAILQ_FIRST(&load.pausing)->again_at <= gw_monotonic()) {
		struct peer *peer = TAILQ_FIRST(&load.pausing);

		TAILQ_REMOVE(&load.pausing, peer, link);
		poll_again(peer);
	}
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static bool goes_on(int64_t end)
{
	return load.go_on != NULL ? access(load.go_on, F_OK) == 0 : gw_monotonic() < end;
}

static void measure(int64_t interval)
{
	int64_t begin = gw_monotonic();
	int64_t end = begin + load.seconds * GW_USEC_PER_SEC;
	/* not all processes at once */
	int64_t next = begin + interval * (load.first + 1) / (load.waiters + 1);

	while (goes_on(end)) {
		int64_t now = gw_monotonic();

		while (interval > 0 && next <= now) {
			send_one(load.first + random() % (load.end - load.first));
			next += interval;
		}
		look(interval > 0 ? 1 : 100);
	}
	end = gw_monotonic();
	while (gw_monotonic() < end + GRACE && load.share->received < load.share->sent)
		look(10);
}

/* `interval` between two messages, `pace` between two polls at the beginning; microseconds. */
static void run(int64_t interval, int64_t pace)
{
	int64_t next = gw_monotonic();
	struct peer *waiters = gw_xcalloc((size_t)(load.end - load.first), sizeof(*waiters));

	TAILQ_INIT(&load.pausing);
	srandom((unsigned)load.first + 1);
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	for (long i = load.first; i < load.end; i++) {
		struct peer *waiter = &waiters[i - load.first];

		waiter->number = i;
		gw_buf_init(&waiter->answer, MAX_ANSWER);
		poll_again(waiter);
		/* no faster than they are taken, or a queue overflows */
		for (next += pace; gw_monotonic() < next;)
			look(1);
	}
	for (int64_t until = gw_monotonic() + 3 * GW_USEC_PER_SEC; gw_monotonic() < until;)
		look(100);
	atomic_store(&load.share->waits, true);
	while (!atomic_load(&common->go))
		look(10);
	load.share->received = 0;
	measure(interval);
}

/* A process for each socket. */
static void start(char **sockets, long count)
{
	for (long i = 0; i < count; i++) {
		load.share = &common->shares[i];
		load.first = load.waiters * i / count;
		load.end = load.waiters * (i + 1) / count;
		load.address = (struct sockaddr_un){.sun_family = AF_UNIX};
		if (strlen(sockets[i]) >= sizeof(load.address.sun_path))
			exit(2);
		memcpy(load.address.sun_path, sockets[i], strlen(sockets[i]) + 1);
		if (fork() == 0) {
			run(load.rate > 0 ? GW_USEC_PER_SEC * count / load.rate : 0,
			    GW_USEC_PER_SEC * count / CONNECTS);
			_exit(0);
		}
	}
}

/* Waits until all wait. False: one of the processes has ended. */
static bool wait_for_all(long count)
{
	for (long i = 0; i < count; i++) {
		while (!atomic_load(&common->shares[i].waits)) {
			if (waitpid(-1, NULL, WNOHANG) != 0)
				return false;
			(void)usleep(10000);
		}
	}
	return true;
}

static bool print_account(long count)
{
	size_t sent = 0;
	size_t received = 0;
	size_t failures = 0;
	size_t twice = 0;
	size_t samples = 0;
	int64_t *all = gw_xcalloc((size_t)count * MAX_SAMPLES, sizeof(*all));

	for (long i = 0; i < count; i++) {
		const struct share *share = &common->shares[i];
		size_t some = share->received < MAX_SAMPLES ? share->received : MAX_SAMPLES;

		memcpy(all + samples, share->samples, some * sizeof(*all));
		samples += some;
		sent += share->sent;
		received += share->received;
		failures += share->failures;
		twice += share->twice;
	}
	qsort(all, samples, sizeof(*all), compare);
	(void)printf("%ld %zu %zd %zu %zu %" PRId64 " %" PRId64 " %" PRId64 "\n", load.waiters,
		     received, (ssize_t)(sent - received), failures, twice,
		     samples ? all[samples / 2] : 0, samples ? all[samples * 99 / 100] : 0,
		     samples ? all[samples - 1] : 0);
	free(all);
	return failures == 0;
}

int main(int argc, char **argv)
{
	struct rlimit limit = {0};
	long count = 0;
	int option = 0;

	while ((option = getopt(argc, argv, "f:r:st:w:")) != -1) {
		if (option == 'w')
			load.waiters = strtol(optarg, NULL, 10);
		else if (option == 'f')
			load.go_on = optarg;
		else if (option == 's')
			load.sessions = true;
		else if (option == 'r')
			load.rate = strtol(optarg, NULL, 10);
		else if (option == 't')
			load.seconds = strtol(optarg, NULL, 10);
		else
			return 2;
	}
	count = argc - optind;
	if (count < 1 || count > MAX_SHARES || load.waiters < 2 * count)
		return 2;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	common = mmap(NULL, sizeof(*common), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (common == MAP_FAILED)
		die("mmap");
	start(argv + optind, count);
	if (!wait_for_all(count))
		die("a process has ended");
	(void)puts("all wait");
	(void)fflush(stdout);
	atomic_store(&common->go, true);
	while (waitpid(-1, NULL, 0) > 0)
		continue;
	return print_account(count) ? 0 : 1;
}
