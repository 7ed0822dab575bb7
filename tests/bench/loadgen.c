/* SPDX-License-Identifier: ISC */
/*
 * loadgen.c: sends HTTP requests to 127.0.0.1 over several connections at once and measures them.
 *
 *   loadgen [-k] [-1] [-c CONNECTIONS] [-t SECONDS] [-o OFFSET] -p PORT FILE
 *
 * Each line of FILE is a request: method, path, key and body, parted by tabs. They are sent in order, from line OFFSET on, and
 * over again at the end of the file, or with -1 no further. -k keeps connections open. Prints one line:
 *
 *   requests failures seconds p50 p99 (both in microseconds)
 *
 * A failure is an answer other than 200, or none. The load has one thread, so that it takes little from what it measures.
 */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CONNECTIONS 1024
#define MAX_SAMPLES (4U * 1024 * 1024)
#define MAX_LINES (1024U * 1024)
#define MAX_ANSWER ((size_t)4 * 1024 * 1024)

struct peer {
	int fd; /* -1: none */
	int64_t began;
	struct gw_buf answer;
};

static struct {
	struct sockaddr_in address;
	bool keep;
	bool once;
	unsigned connections;
	int64_t duration;

	char **requests;
	size_t count;
	size_t next;

	int epoll;
	unsigned busy;
	int64_t until;
	uint32_t *samples;
	size_t sampled;
	size_t failures;
} load = {.connections = 32, .duration = 3 * GW_USEC_PER_SEC};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* The next field of a line; *at moves behind it. */
static struct gw_str field(char **at)
{
	size_t len = strcspn(*at, "\t\n");
	struct gw_str str = {*at, len};

	*at += len + ((*at)[len] == '\t');
	return str;
}

static char *make_request(char *line)
{
	struct gw_str method = field(&line);
	struct gw_str path = field(&line);
	struct gw_str key = field(&line);
	struct gw_str body = field(&line);
	struct gw_buf out;

	gw_buf_init(&out, 1024 * 1024);
	gw_buf_addf(&out, "%.*s %.*s HTTP/1.1\r\nHost: localhost\r\n", (int)method.len, method.data,
		    (int)path.len, path.data);
	if (key.len)
		gw_buf_addf(&out, "X-Api-Key: %.*s\r\n", (int)key.len, key.data);
	if (body.len)
		gw_buf_addf(&out, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
			    body.len);
	gw_buf_add_c(&out, load.keep ? "\r\n" : "Connection: close\r\n\r\n");
	gw_buf_add_str(&out, body);
	return gw_buf_detach(&out);
}

static void read_requests(const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;

	if (!file)
		die(path);
	load.requests = gw_xcalloc(MAX_LINES, sizeof(char *));
	while (load.count < MAX_LINES && getline(&line, &size, file) > 1)
		load.requests[load.count++] = make_request(line);
	free(line);
	(void)fclose(file);
	if (load.count == 0) {
		(void)fprintf(stderr, "%s: no requests\n", path);
		exit(1);
	}
}

static bool open_peer(struct peer *peer)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
	int on = 1;

	peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (peer->fd < 0)
		die("socket");
	(void)setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(peer->fd, (const struct sockaddr *)&load.address, sizeof(load.address)) != 0)
		return false;
	return epoll_ctl(load.epoll, EPOLL_CTL_ADD, peer->fd, &event) == 0;
}

static void close_peer(struct peer *peer)
{
	close(peer->fd);
	peer->fd = -1;
}

/* Sends the next request unless it is time to end. */
static void begin(struct peer *peer)
{
	const char *request = NULL;
	size_t len = 0;

	peer->began = gw_monotonic();
	if (peer->began >= load.until || (load.once && load.next >= load.count))
		return;
	request = load.requests[load.next++ % load.count];
	len = strlen(request);
	gw_buf_reset(&peer->answer);
	if (peer->fd < 0 && !open_peer(peer))
		die("connect");
	if (send(peer->fd, request, len, MSG_NOSIGNAL) != (ssize_t)len)
		die("send");
	load.busy++;
}

static void finish(struct peer *peer, bool ok)
{
	load.busy--;
	if (!ok && load.failures++ == 0)
		(void)fprintf(stderr, "loadgen: %.300s\n",
			      peer->answer.len ? peer->answer.data : "no answer");
	if (load.sampled < MAX_SAMPLES)
		load.samples[load.sampled++] = (uint32_t)(gw_monotonic() - peer->began);
	if (!load.keep || !ok)
		close_peer(peer);
	begin(peer);
}

/* True when the answer is complete without the connection's end telling so. */
static bool complete(const struct gw_buf *answer)
{
	const char *end = strstr(answer->data, "\r\n\r\n");
	const char *length = strcasestr(answer->data, "\r\nContent-Length: ");

	if (!end)
		return false;
	if (length && length < end)
		return answer->len >=
		       (size_t)(end + 4 - answer->data) + strtoul(length + 18, NULL, 10);
	return answer->len >= 5 && memcmp(answer->data + answer->len - 5, "0\r\n\r\n", 5) == 0;
}

static void receive(struct peer *peer)
{
	char *room = gw_buf_reserve(&peer->answer, 16384);
	ssize_t got = room ? recv(peer->fd, room, 16384, 0) : 0;

	if (got < 0 && errno == EINTR)
		return;
	if (got > 0) {
		gw_buf_added(&peer->answer, (size_t)got);
		if (!load.keep || !complete(&peer->answer))
			return;
	}
	finish(peer, peer->answer.len > 12 && memcmp(peer->answer.data + 8, " 200", 4) == 0);
}

static int compare(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

static void run(void)
{
	struct peer *peers = gw_xcalloc(load.connections, sizeof(*peers));
	int64_t began = gw_monotonic();
	double seconds = 0;

	load.until = began + load.duration;
	for (unsigned i = 0; i < load.connections; i++) {
		peers[i].fd = -1;
		gw_buf_init(&peers[i].answer, MAX_ANSWER);
		begin(&peers[i]);
	}
	while (load.busy) {
		struct epoll_event events[64];
		int n = epoll_wait(load.epoll, events, 64, 10000);

		if (n == 0) {
			(void)fputs("loadgen: no answer for ten seconds\n", stderr);
			exit(1);
		}
		for (int i = 0; i < n; i++)
			receive(events[i].data.ptr);
	}
	seconds = (double)(gw_monotonic() - began) / 1e6;
	qsort(load.samples, load.sampled, sizeof(*load.samples), compare);
	(void)printf("%zu %zu %.3f %u %u\n", load.sampled, load.failures, seconds,
		     load.sampled ? load.samples[load.sampled / 2] : 0,
		     load.sampled ? load.samples[load.sampled * 99 / 100] : 0);
	for (unsigned i = 0; i < load.connections; i++) {
		if (peers[i].fd >= 0)
			close_peer(&peers[i]);
		gw_buf_release(&peers[i].answer);
	}
	free(peers);
}

static int64_t number(const char *text, int64_t max)
{
	int64_t value = 0;

	if (!gw_parse_int64(gw_str(text), 0, max, &value)) {
		(void)fprintf(stderr, "loadgen: %s is no number up to %lld\n", text,
			      (long long)max);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	int option = 0;

	load.address.sin_family = AF_INET;
	load.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	while ((option = getopt(argc, argv, "k1c:t:o:p:")) != -1) {
		switch (option) {
		case 'k':
			load.keep = true;
			break;
		case '1':
			load.once = true;
			break;
		case 'c':
			load.connections = (unsigned)number(optarg, MAX_CONNECTIONS);
			break;
		case 't':
			load.duration = number(optarg, 600) * GW_USEC_PER_SEC;
			break;
		case 'o':
			load.next = (size_t)number(optarg, MAX_LINES);
			break;
		case 'p':
			load.address.sin_port = htons((uint16_t)number(optarg, UINT16_MAX));
			break;
		default:
			return 2;
		}
	}
	if (optind + 1 != argc || load.address.sin_port == 0) {
		(void)fputs("usage: loadgen [-k] [-1] [-c N] [-t S] [-o N] -p PORT FILE\n", stderr);
		return 2;
	}
	read_requests(argv[optind]);
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	load.samples = gw_xcalloc(MAX_SAMPLES, sizeof(*load.samples));
	run();
	for (size_t i = 0; i < load.count; i++)
		free(load.requests[i]);
	free(load.requests);
	free(load.samples);
	close(load.epoll);
	return 0;
}
