/* SPDX-License-Identifier: ISC */
/*
 * streams.c: reads people's events: many streams at once, to measure how long each event takes to arrive, or one that is cut off
 * again and again, to see that nothing is missed.
 *
 *   streams [-n STREAMS] [-r MESSAGES_A_SECOND] [-t SECONDS] -a AGENT ADDRESS
 *   streams -k EVENTS [-t SECONDS] ADDRESS
 *
 * ADDRESS is the path of a web server's Unix socket, or a port of 127.0.0.1. Stream n is the person's with the session `bench-<n>`.
 *
 * The first form has people write to the agent AGENT (an id); the event that shows the message on their own screen carries the time at
 * which it was sent. Nobody is measured before all streams are open ("all open" is printed then). Prints one line:
 *
 *   streams received lost failures p50 p99 max (microseconds from before the request to the receipt of the event)
 *
 * The second form prints "ready" when its stream stands, and reads EVENTS events of the kind `job` whose `error` is WRITER:NUMBER, with
 * numbers that grow by one for each writer. It cuts the connection after a few events, whatever was sent behind them, and
 * resumes with Last-Event-ID. Prints `events cuts gaps doubles`; the status is 0 if there were no gaps and no doubles.
 */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BASE "/api/gateway"
#define MARK "\"content\":\"sent at "
#define MAX_UNREAD ((size_t)1024 * 1024)
#define MAX_SAMPLES ((size_t)1024 * 1024)
#define MAX_ID 64
#define WRITERS 16
#define EVENTS_BEFORE_A_CUT 18
#define GRACE (3 * GW_USEC_PER_SEC) /* for what is under way at the end */
#define PATIENCE 2000               /* milliseconds without any event: the connection is cut, too */

struct peer {
	int fd;
	long number;          /* of the stream; -1: somebody who writes */
	bool open;            /* its first event has come */
	struct gw_buf unread; /* what came and is no whole event yet; of who writes: the answer */
};

static struct {
	union {
		struct sockaddr any;
		struct sockaddr_un path;
		struct sockaddr_in port;
	} address;
	socklen_t address_len;
	long streams, rate, seconds;
	const char *agent;
	int epoll;
	long open;
	size_t sent, received, failures;
	int64_t *samples;
} load = {.streams = 100, .rate = 100, .seconds = 10};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void set_address(const char *text)
{
	char *end = NULL;
	long port = strtol(text, &end, 10);

	if (*end == '\0') {
		load.address.port.sin_family = AF_INET;
		load.address.port.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		load.address.port.sin_port = htons((uint16_t)port);
		load.address_len = sizeof(load.address.port);
		return;
	}
	if (strlen(text) >= sizeof(load.address.path.sun_path))
		die(text);
	load.address.path.sun_family = AF_UNIX;
	memcpy(load.address.path.sun_path, text, strlen(text) + 1);
	load.address_len = sizeof(load.address.path);
}

/* HTTP/1.0, so that nothing is chunked. Returns the connection. */
static int ask(const char *request)
{
	size_t len = strlen(request);
	int fd = socket(load.address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	if (connect(fd, &load.address.any, load.address_len) != 0)
		die("connect");
	if (send(fd, request, len, MSG_NOSIGNAL) != (ssize_t)len)
		die("send");
	return fd;
}

/* `last`: the id of the event to go on behind; empty: none. */
static int open_stream(long number, const char *last)
{
	char request[512];

	(void)snprintf(request, sizeof(request),
		       "GET " BASE "/events HTTP/1.0\r\nHost: localhost\r\n"
		       "Cookie: clawgw_session=bench-%ld\r\n%s%s%s\r\n",
		       number, last[0] != '\0' ? "Last-Event-ID: " : "", last,
		       last[0] != '\0' ? "\r\n" : "");
	return ask(request);
}

/* --- many streams --------------------------------------------------------------------------------- */

static void watch(struct peer *peer)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};

	if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, peer->fd, &event) != 0)
		die("epoll_ctl");
}

static void write_one(long from)
{
	struct peer *peer = gw_xcalloc(1, sizeof(*peer));
	char body[256];
	char request[768];

	peer->number = -1;
	gw_buf_init(&peer->unread, MAX_UNREAD);
	(void)snprintf(body, sizeof(body), "{\"agent\":\"%s\"," MARK "%" PRId64 "\"}", load.agent,
		       gw_monotonic());
	(void)snprintf(request, sizeof(request),
		       "POST " BASE "/people/messages HTTP/1.0\r\nHost: localhost\r\n"
		       "Sec-Fetch-Site: same-origin\r\nCookie: clawgw_session=bench-%ld\r\n"
		       "Content-Length: %zu\r\n\r\n%s",
		       from, strlen(body), body);
	peer->fd = ask(request);
	watch(peer);
	load.sent++;
}

static void fail(const struct peer *peer, const char *what)
{
	if (load.failures++ == 0)
		(void)fprintf(stderr, "streams: %s: %.300s\n", what,
			      peer->unread.len > 0 ? peer->unread.data : "nothing");
}

/* Takes the whole events off what has come. */
static void take_events(struct peer *peer)
{
	int64_t now = gw_monotonic();
	char *begin = peer->unread.data;
	char *end = NULL;

	while (peer->unread.len > 0 && (end = strstr(begin, "\n\n")) != NULL) {
		const char *mark = NULL;

		*end = '\0';
		if (!peer->open && strstr(begin, "event: hello") != NULL) {
			peer->open = true;
			load.open++;
		}
		mark = strstr(begin, MARK);
		if (mark != NULL && load.received < MAX_SAMPLES)
			load.samples[load.received++] =
				now - strtoll(mark + strlen(MARK), NULL, 10);
		begin = end + 2;
		if (begin >= peer->unread.data + peer->unread.len)
			break;
	}
	if (begin != NULL && peer->unread.len > 0) {
		size_t left = peer->unread.len - (size_t)(begin - peer->unread.data);
		char *rest = gw_xmalloc(left + 1);

		memcpy(rest, begin, left);
		/* gives the memory back: there are thousands of them */
		gw_buf_release(&peer->unread);
		gw_buf_init(&peer->unread, MAX_UNREAD);
		gw_buf_add(&peer->unread, rest, left);
		free(rest);
	}
}

static void receive(struct peer *peer)
{
	char chunk[16384];
	ssize_t got = recv(peer->fd, chunk, sizeof(chunk), 0);

	if (got < 0 && errno == EINTR)
		return;
	if (got > 0) {
		gw_buf_add(&peer->unread, chunk, (size_t)got);
		if (peer->number >= 0)
			take_events(peer);
		return;
	}
	if (peer->number >= 0)
		fail(peer, "a stream ended");
	else if (peer->unread.len < 13 || memcmp(peer->unread.data + 8, " 200", 4) != 0)
		fail(peer, "a message was refused");
	close(peer->fd);
	gw_buf_release(&peer->unread);
	if (peer->number < 0)
		free(peer);
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

static int measure(void)
{
	struct peer *peers = gw_xcalloc((size_t)load.streams, sizeof(*peers));
	int64_t until = 0;
	int64_t next = 0;

	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	load.samples = gw_xcalloc(MAX_SAMPLES, sizeof(*load.samples));
	for (long i = 0; i < load.streams; i++) {
		peers[i].number = i;
		gw_buf_init(&peers[i].unread, MAX_UNREAD);
		peers[i].fd = open_stream(i, "");
		watch(&peers[i]);
		/* no faster than a process takes them, or its queue overflows */
		if (i % 16 == 0)
			look(10);
	}
	for (until = gw_monotonic() + 30 * GW_USEC_PER_SEC;
	     load.open < load.streams && gw_monotonic() < until;)
		look(100);
	(void)printf("all open\n");
	(void)fflush(stdout);
	next = gw_monotonic();
	for (until = next + load.seconds * GW_USEC_PER_SEC; gw_monotonic() < until;) {
		while (load.rate > 0 && next <= gw_monotonic()) {
			write_one(random() % load.streams);
			next += GW_USEC_PER_SEC / load.rate;
		}
		look(load.rate > 0 ? 1 : 100);
	}
	for (until = gw_monotonic() + GRACE; gw_monotonic() < until && load.received < load.sent;)
		look(10);
	qsort(load.samples, load.received, sizeof(*load.samples), compare);
	(void)printf("%ld %zu %zd %zu %" PRId64 " %" PRId64 " %" PRId64 "\n", load.open,
		     load.received, (ssize_t)(load.sent - load.received), load.failures,
		     load.received ? load.samples[load.received / 2] : 0,
		     load.received ? load.samples[load.received * 99 / 100] : 0,
		     load.received ? load.samples[load.received - 1] : 0);
	/* those that write free themselves with their answer; nobody listens to what is still under way */
	for (long i = 0; i < load.streams; i++) {
		close(peers[i].fd);
		gw_buf_release(&peers[i].unread);
	}
	free(peers);
	return load.failures > 0 || load.open < load.streams;
}

/* --- one that is cut off -------------------------------------------------------------------------- */

static struct {
	char last[MAX_ID]; /* the id of the event that came last */
	long next[WRITERS];
	long events, cuts, gaps, doubles;
} reader;

/* Notes one whole event. Returns whether it counts. */
static bool take(const char *event)
{
	const char *id = strstr(event, "\nid: ");
	const char *error = strstr(event, "\"error\":\"");
	char *end = NULL;
	long writer = 0;
	long number = 0;

	if (id == NULL)
		return false;
	(void)snprintf(reader.last, sizeof(reader.last), "%.*s", (int)strcspn(id + 5, "\n"),
		       id + 5);
	if (error == NULL || strncmp(event, "event: job\n", 11) != 0)
		return false;
	writer = strtol(error + 9, &end, 10);
	number = strtol(end + 1, NULL, 10);
	if (writer < 0 || writer >= WRITERS)
		return false;
	reader.gaps += number > reader.next[writer];
	reader.doubles += number < reader.next[writer];
	reader.next[writer] = number + 1;
	reader.events++;
	return true;
}

/* Reads a few events and leaves; what was sent behind them is lost with the connection. */
static void read_a_few(int count, int64_t until)
{
	struct timeval patience = {.tv_sec = PATIENCE / 1000};
	char chunk[4096];
	struct gw_buf text;
	int fd = open_stream(0, reader.last);
	ssize_t got = 0;
	char *begin = NULL;
	size_t at = 0;
	bool in_body = false;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	gw_buf_init(&text, MAX_UNREAD);
	while (count > 0 && gw_monotonic() < until &&
	       (got = recv(fd, chunk, sizeof(chunk), 0)) > 0) {
		char *end = NULL;

		gw_buf_add(&text, chunk, (size_t)got);
		if (!in_body && (end = strstr(text.data, "\r\n\r\n")) != NULL) {
			in_body = true;
			at = (size_t)(end + 4 - text.data);
		}
		begin = text.data + at;
		while (in_body && count > 0 && (end = strstr(begin, "\n\n")) != NULL) {
			*end = '\0';
			/* a place to go on from is enough in the beginning */
			if (take(begin) || reader.cuts == 0)
				count--;
			begin = end + 2;
			at = (size_t)(begin - text.data);
		}
	}
	/* cut, not closed: what is under way finds nobody */
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
	close(fd);
	gw_buf_release(&text);
	reader.cuts++;
}

static int read_cut_off(long events)
{
	int64_t until = gw_monotonic() + load.seconds * GW_USEC_PER_SEC;

	while (reader.last[0] == '\0' && gw_monotonic() < until)
		read_a_few(2, until);
	(void)printf("ready\n");
	(void)fflush(stdout);
	while (reader.events < events && gw_monotonic() < until)
		read_a_few(1 + (int)(random() % EVENTS_BEFORE_A_CUT), until);
	(void)printf("%ld %ld %ld %ld\n", reader.events, reader.cuts, reader.gaps, reader.doubles);
	return reader.events < events || reader.gaps > 0 || reader.doubles > 0;
}

int main(int argc, char **argv)
{
	struct rlimit limit = {200000, 200000};
	long events = 0;
	int option = 0;

	while ((option = getopt(argc, argv, "n:r:t:a:k:")) != -1) {
		if (option == 'n')
			load.streams = strtol(optarg, NULL, 10);
		else if (option == 'r')
			load.rate = strtol(optarg, NULL, 10);
		else if (option == 't')
			load.seconds = strtol(optarg, NULL, 10);
		else if (option == 'a')
			load.agent = optarg;
		else if (option == 'k')
			events = strtol(optarg, NULL, 10);
		else
			return 2;
	}
	if (optind + 1 != argc || load.streams < 1 || (events == 0 && load.agent == NULL))
		return 2;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	set_address(argv[optind]);
	return events > 0 ? read_cut_off(events) : measure();
}
