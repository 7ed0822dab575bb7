/* SPDX-License-Identifier: ISC */
/*
 * cutter.c: stands between programs and PostgreSQL and breaks connections, at any byte. For the end-to-end tests.
 *
 *   cutter -l FOLDER -t FOLDER [-c CUTS] [-r SEED] [-w FILE] [-b MILLISECONDS]
 *
 * Listens on a Unix socket in the first folder, named as PostgreSQL's is, and passes everything on to that in the second. Of a thousand
 * blocks that a program sends (a statement is one) CUTS are cut, as long as FILE exists, in one of five ways:
 *
 *   before    nothing of the block reaches the server
 *   part      some of its bytes do
 *   after     all of it; the server answers, and has committed, and nothing of that comes back
 *   middle    some bytes of the answer come back
 *   frozen    nothing is passed on any more, and the connection stays open for five seconds
 *
 * Then both ends are closed. Each cut is a line on standard output: the way, and how many bytes passed. With -b every block that a
 * program sends waits so long, as long as FILE exists: a server that is slow. SIGUSR1: connections are frozen from now on, half open, until SIGUSR2.
 */
#include "base/text.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define NAME "/.s.PGSQL.5432"
#define FROZEN 5000 /* milliseconds */

enum way { PASS, BEFORE, PART, AFTER, MIDDLE, FREEZE };
static const char *const ways[] = {"pass", "before", "part", "after", "middle", "frozen"};

static struct {
	struct sockaddr_un own, server;
	const char *while_exists; /* NULL: always */
	int64_t cuts, seed, brake;
} cutter = {.seed = 1};

static atomic_bool stalled;

struct link {
	int client, server;
	unsigned short chance[3];
	enum way way; /* what becomes of the answer */
};

static long chance(struct link *link, long below)
{
	return nrand48(link->chance) % below;
}

static bool pass(int to, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(to, data, len, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		data += sent;
		len -= (size_t)sent;
	}
	return true;
}

static bool is_on(void)
{
	return cutter.while_exists == NULL || access(cutter.while_exists, F_OK) == 0;
}

static void note(enum way way, size_t bytes)
{
	(void)printf("%s %zu\n", ways[way], bytes);
	(void)fflush(stdout);
}

/* False: the connection is to be closed. */
static bool from_client(struct link *link)
{
	char block[65536];
	ssize_t got = recv(link->client, block, sizeof(block), 0);
	size_t len = (size_t)got;

	if (got <= 0)
		return false;
	if (cutter.brake > 0 && is_on())
		(void)usleep((useconds_t)cutter.brake * 1000);
	if (link->way == PASS && cutter.cuts > 0 && chance(link, 1000) < cutter.cuts && is_on()) {
		link->way = (enum way)(1 + chance(link, FREEZE));
		if (link->way == BEFORE || link->way == PART) {
			len = link->way == BEFORE ? 0 : (size_t)chance(link, got);
			note(link->way, len);
			(void)pass(link->server, block, len);
			return false;
		}
	}
	return pass(link->server, block, len);
}

static bool from_server(struct link *link)
{
	static const char ready[] = {'Z', 0, 0, 0, 5};
	char block[65536];
	ssize_t got = recv(link->server, block, sizeof(block), 0);
	size_t len = (size_t)got;

	if (got <= 0)
		return false;
	if (link->way == MIDDLE) {
		len = (size_t)chance(link, got);
		note(MIDDLE, len);
		(void)pass(link->client, block, len);
		return false;
	}
	if (link->way == FREEZE) {
		note(FREEZE, 0);
		(void)poll(NULL, 0, FROZEN);
		return false;
	}
	if (link->way == AFTER) {
		/* "ready for query": what was asked for is done */
		if (len < 6 || memcmp(block + len - 6, ready, sizeof(ready)) != 0)
			return true;
		note(AFTER, 0);
		return false;
	}
	return pass(link->client, block, len);
}

static void *serve(void *arg)
{
	struct link *link = arg;
	struct pollfd fds[2] = {{.fd = link->client, .events = POLLIN},
				{.fd = link->server, .events = POLLIN}};
	bool open = true;

	while (open && poll(fds, 2, 1000) >= 0) {
		if (atomic_load(&stalled)) {
			(void)poll(NULL, 0, 50);
			continue;
		}
		if (fds[0].revents != 0)
			open = from_client(link);
		if (open && fds[1].revents != 0)
			open = from_server(link);
	}
	(void)close(link->client);
	(void)close(link->server);
	free(link);
	return NULL;
}

static void accept_all(int listener)
{
	unsigned short number = 0;
	int client = -1;

	while ((client = accept(listener, NULL, NULL)) >= 0) {
		struct link *link = NULL;
		pthread_t thread;
		int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		/* a server that is not there: the program sees a connection that ends */
		if (server < 0 || connect(server, (const struct sockaddr *)&cutter.server,
					  sizeof(cutter.server)) != 0) {
			(void)close(client);
			if (server >= 0)
				(void)close(server);
			continue;
		}
		link = gw_xcalloc(1, sizeof(*link));
		*link = (struct link){.client = client,
				      .server = server,
				      .chance = {(unsigned short)cutter.seed, number++,
						 (unsigned short)(cutter.seed >> 16)}};
		if (pthread_create(&thread, NULL, serve, link) != 0)
			exit(1);
		pthread_detach(thread);
	}
}

static bool read_address(const char *folder, struct sockaddr_un *ret_address)
{
	ret_address->sun_family = AF_UNIX;
	return (size_t)snprintf(ret_address->sun_path, sizeof(ret_address->sun_path), "%s" NAME,
				folder) < sizeof(ret_address->sun_path);
}

static bool read_options(int argc, char **argv)
{
	bool ok = true;
	int option = 0;

	while (ok && (option = getopt(argc, argv, "b:c:l:r:t:w:")) != -1) {
		struct gw_str text = gw_str(optarg);

		if (option == 'b')
			ok = gw_parse_int64(text, 0, 60000, &cutter.brake);
		else if (option == 'c')
			ok = gw_parse_int64(text, 0, 1000, &cutter.cuts);
		else if (option == 'l')
			ok = read_address(optarg, &cutter.own);
		else if (option == 'r')
			ok = gw_parse_int64(text, 0, INT64_MAX, &cutter.seed);
		else if (option == 't')
			ok = read_address(optarg, &cutter.server);
		else if (option == 'w')
			cutter.while_exists = optarg;
		else
			ok = false;
	}
	return ok && cutter.own.sun_path[0] != '\0' && cutter.server.sun_path[0] != '\0';
}

static void stall(int signal_number)
{
	atomic_store(&stalled, signal_number == SIGUSR1);
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = stall, .sa_flags = SA_RESTART};
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!read_options(argc, argv)) {
		(void)fputs("usage: cutter -l FOLDER -t FOLDER [-c CUTS] [-r SEED] [-w FILE] "
			    "[-b MILLISECONDS]\n",
			    stderr);
		return 2;
	}
	(void)sigaction(SIGUSR1, &action, NULL);
	(void)sigaction(SIGUSR2, &action, NULL);
	if (listener < 0 ||
	    bind(listener, (const struct sockaddr *)&cutter.own, sizeof(cutter.own)) != 0 ||
	    chmod(cutter.own.sun_path, 0777) != 0 || listen(listener, 128) != 0) {
		perror("cutter");
		return 1;
	}
	accept_all(listener);
	return 1;
}
