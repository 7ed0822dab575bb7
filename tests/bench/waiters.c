/* SPDX-License-Identifier: ISC */
/*
 * waiters.c: holds many polls that wait, sends messages to their agents, and measures how long each takes to arrive.
 *
 *   waiters [-w WAITERS] [-r MESSAGES_A_SECOND] [-t SECONDS] SOCKET
 *
 * Waiter n polls as the agent with the key oc-bench-<n> and the name <n> (fill.sql), over the Unix socket of a web server, again and
 * again; the messages say when they were sent. Nobody is measured before all wait. Prints one line:
 *
 *   waiting received lost failures p50 p99 max (microseconds from before the send to the receipt)
 *
 * One thread, so that the load takes little from what it measures.
 */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MARK "sent at "
#define MAX_ANSWER ((size_t)1024 * 1024)
#define MAX_SAMPLES ((size_t)1024 * 1024)
#define GRACE (3 * GW_USEC_PER_SEC) /* for what is under way at the end */

struct peer {
	int fd;      /* -1: none */
	long number; /* of the waiter; -1: a sender */
	struct gw_buf answer;
};

static struct {
	struct sockaddr_un address;
	long waiters;
	long rate;
	long seconds;
	int epoll;
	long connected;
	size_t sent, received, failures;
	int64_t *samples;
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
	char request[256];

	(void)snprintf(request, sizeof(request),
		       "GET /api/gateway/poll?wait=50 HTTP/1.1\r\nHost: localhost\r\n"
		       "X-Api-Key: oc-bench-%ld\r\nConnection: close\r\n\r\n",
		       peer->number);
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
	load.sent++;
}

/* Counts the messages of an answer. */
static void account(const struct gw_buf *answer)
{
	const char *at = answer->len > 0 ? strstr(answer->data, "\"messages\"") : NULL;
	int64_t now = gw_monotonic();

	/* not what stands in their history, where the role comes before the content */
	while (at != NULL &&
	       (at = strstr(at, "\"sender_user_id\":null,\"content\":\"" MARK)) != NULL) {
		at += strlen("\"sender_user_id\":null,\"content\":\"" MARK);
		if (load.received < MAX_SAMPLES)
			load.samples[load.received] = now - strtoll(at, NULL, 10);
		load.received++;
	}
}

static void finish(struct peer *peer)
{
	bool ok = peer->answer.len > 12 && memcmp(peer->answer.data + 8, " 200", 4) == 0;

	close(peer->fd);
	if (!ok && load.failures++ == 0)
		(void)fprintf(stderr, "waiters: %.300s\n",
			      peer->answer.len > 0 ? peer->answer.data : "no answer");
	if (peer->number < 0) {
		gw_buf_release(&peer->answer);
		free(peer);
		return;
	}
	account(&peer->answer);
	gw_buf_release(&peer->answer);
	gw_buf_init(&peer->answer, MAX_ANSWER);
	poll_again(peer);
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
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static void measure(void)
{
	int64_t begin = gw_monotonic();
	int64_t end = begin + load.seconds * GW_USEC_PER_SEC;
	int64_t next = begin;

	while (gw_monotonic() < end) {
		int64_t now = gw_monotonic();

		while (load.rate > 0 && next <= now) {
			send_one(random() % load.waiters);
			next += GW_USEC_PER_SEC / load.rate;
		}
		look(load.rate > 0 ? 1 : 100);
	}
	while (gw_monotonic() < end + GRACE && load.received < load.sent)
		look(10);
}

int main(int argc, char **argv)
{
	struct rlimit limit = {200000, 200000};
	struct peer *waiters = NULL;
	size_t samples = 0;
	int option = 0;

	while ((option = getopt(argc, argv, "w:r:t:")) != -1) {
		if (option == 'w')
			load.waiters = strtol(optarg, NULL, 10);
		else if (option == 'r')
			load.rate = strtol(optarg, NULL, 10);
		else if (option == 't')
			load.seconds = strtol(optarg, NULL, 10);
		else
			return 2;
	}
	if (optind + 1 != argc || load.waiters < 2 ||
	    strlen(argv[optind]) >= sizeof(load.address.sun_path))
		return 2;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	load.address.sun_family = AF_UNIX;
	memcpy(load.address.sun_path, argv[optind], strlen(argv[optind]) + 1);
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	load.samples = gw_xcalloc(MAX_SAMPLES, sizeof(*load.samples));
	waiters = gw_xcalloc((size_t)load.waiters, sizeof(*waiters));
	for (long i = 0; i < load.waiters; i++) {
		waiters[i].number = i;
		gw_buf_init(&waiters[i].answer, MAX_ANSWER);
		poll_again(&waiters[i]);
		/* no faster than a process takes them, or its queue overflows */
		if (i % 16 == 0)
			look(10);
	}
	for (int64_t until = gw_monotonic() + 3 * GW_USEC_PER_SEC; gw_monotonic() < until;)
		look(100);
	load.received = 0;
	(void)puts("all wait");
	(void)fflush(stdout);
	measure();
	samples = load.received < MAX_SAMPLES ? load.received : MAX_SAMPLES;
	qsort(load.samples, samples, sizeof(*load.samples), compare);
	(void)printf("%ld %zu %zd %zu %" PRId64 " %" PRId64 " %" PRId64 "\n", load.waiters,
		     load.received, (ssize_t)(load.sent - load.received), load.failures,
		     samples ? load.samples[samples / 2] : 0,
		     samples ? load.samples[samples * 99 / 100] : 0,
		     samples ? load.samples[samples - 1] : 0);
	return load.failures > 0;
}
