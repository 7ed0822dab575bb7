/* SPDX-License-Identifier: ISC */
/*
 * proxy.c: see proxy.h. Messages are those of "Frontend/Backend Protocol" in PostgreSQL's manual: a letter, a length of four
 * bytes that counts itself, the rest; only the first message of a connection has no letter.
 */
#include "lib/proxy.h"

#include "base/alloc.h"
#include "base/buf.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define STREAM_MAX ((size_t)512 * 1024 * 1024)
#define SOCKET_NAME "/.s.PGSQL.5432"

struct gw_proxy {
	bool (*lose)(const char *statement);
	char folder[32];
	struct sockaddr_un own;
	struct sockaddr_un server;
	char *conninfo;
	int listener;
	pthread_t thread;
	pthread_mutex_t lock;
	struct gw_buf
		lost; /* the Bind message whose answer was lost last; empty once it came again */
	atomic_uint count;
	atomic_uint open;
};

/* One connection: both ends, and what has arrived of a message that is not whole yet. */
struct link {
	struct gw_proxy *proxy;
	int client;
	int server;
	bool begun; /* the first message has passed */
	bool losing;
	struct gw_buf from_client;
	struct gw_buf from_server;
};

static uint32_t length_at(const char *bytes)
{
	const unsigned char *b = (const unsigned char *)bytes;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* The size of the first message in `buf`, letter included; 0: it is not whole. */
static size_t whole_message(const struct gw_buf *buf, size_t letter)
{
	size_t size = buf->len < letter + 4 ? 0 : letter + length_at(buf->data + letter);

	return size <= buf->len ? size : 0;
}

static void drop(struct gw_buf *buf, size_t len)
{
	memmove(buf->data, buf->data + len, buf->len - len);
	buf->len -= len;
}

/* Whether the answer to this Bind message is to be lost. */
static bool is_to_be_lost(struct gw_proxy *proxy, const char *message, size_t size)
{
	const char *portal = message + 5;
	const char *statement = portal + strlen(portal) + 1;
	struct gw_str given = {message, size};
	bool first = false;

	if (!proxy->lose(statement))
		return false;
	pthread_mutex_lock(&proxy->lock);
	first = !gw_str_equal(gw_buf_str(&proxy->lost), given);
	gw_buf_reset(&proxy->lost);
	if (first)
		gw_buf_add_str(&proxy->lost, given);
	pthread_mutex_unlock(&proxy->lock);
	return first;
}

static bool send_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(fd, data, len, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		data += sent;
		len -= (size_t)sent;
	}
	return true;
}

static bool read_some(int fd, struct gw_buf *buf)
{
	char block[65536];
	ssize_t got = recv(fd, block, sizeof(block), 0);

	if (got > 0)
		gw_buf_add(buf, block, (size_t)got);
	return got > 0;
}

static bool pass_client(struct link *link)
{
	struct gw_buf *buf = &link->from_client;
	size_t size = 0;

	while ((size = whole_message(buf, link->begun ? 1 : 0)) > 0) {
		if (link->begun && buf->data[0] == 'B' &&
		    is_to_be_lost(link->proxy, buf->data, size))
			link->losing = true;
		link->begun = true;
		if (!send_all(link->server, buf->data, size))
			return false;
		drop(buf, size);
	}
	return true;
}

/* False: the server has said that it is ready for the next statement, and the client is not to know. */
static bool pass_server(struct link *link)
{
	struct gw_buf *buf = &link->from_server;
	size_t size = 0;

	if (!link->losing) {
		bool sent = send_all(link->client, buf->data, buf->len);

		gw_buf_reset(buf);
		return sent;
	}
	while ((size = whole_message(buf, 1)) > 0) {
		if (buf->data[0] == 'Z') {
			atomic_fetch_add(&link->proxy->count, 1);
			return false;
		}
		drop(buf, size);
	}
	return true;
}

static void *serve(void *arg)
{
	struct link *link = arg;
	struct pollfd fds[2] = {{.fd = link->client, .events = POLLIN},
				{.fd = link->server, .events = POLLIN}};
	bool open = true;

	while (open && poll(fds, 2, -1) > 0) {
		if (fds[0].revents != 0)
			open = read_some(link->client, &link->from_client) && pass_client(link);
		if (open && fds[1].revents != 0)
			open = read_some(link->server, &link->from_server) && pass_server(link);
	}
	close(link->client);
	close(link->server);
	gw_buf_release(&link->from_client);
	gw_buf_release(&link->from_server);
	atomic_fetch_sub(&link->proxy->open, 1);
	free(link);
	return NULL;
}

static void *accept_all(void *arg)
{
	struct gw_proxy *proxy = arg;
	int client = -1;

	while ((client = accept(proxy->listener, NULL, NULL)) >= 0) {
		struct link *link = gw_xcalloc(1, sizeof(*link));
		pthread_t thread;

		*link = (struct link){.proxy = proxy, .client = client};
		gw_buf_init(&link->from_client, STREAM_MAX);
		gw_buf_init(&link->from_server, STREAM_MAX);
		link->server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		cr_assert(connect(link->server, (const struct sockaddr *)&proxy->server,
				  sizeof(proxy->server)) == 0);
		atomic_fetch_add(&proxy->open, 1);
		cr_assert(pthread_create(&thread, NULL, serve, link) == 0);
		pthread_detach(thread);
	}
	return NULL;
}

static void address(struct sockaddr_un *out, const char *folder, size_t len)
{
	out->sun_family = AF_UNIX;
	cr_assert(len + sizeof(SOCKET_NAME) <= sizeof(out->sun_path));
	(void)snprintf(out->sun_path, sizeof(out->sun_path), "%.*s" SOCKET_NAME, (int)len, folder);
}

struct gw_proxy *gw_proxy_new(const char *conninfo, bool (*lose)(const char *statement))
{
	struct gw_proxy *proxy = gw_xcalloc(1, sizeof(*proxy));
	const char *folder = conninfo + strlen("host=");
	size_t len = strcspn(folder, " ");
	struct gw_buf text;

	cr_assert(strncmp(conninfo, "host=", strlen("host=")) == 0);
	proxy->lose = lose;
	(void)snprintf(proxy->folder, sizeof(proxy->folder), "/tmp/gw-proxy-XXXXXX");
	cr_assert_not_null(mkdtemp(proxy->folder));
	address(&proxy->server, folder, len);
	address(&proxy->own, proxy->folder, strlen(proxy->folder));
	gw_buf_init(&text, 1024);
	gw_buf_addf(&text, "host=%s%s", proxy->folder, folder + len);
	proxy->conninfo = gw_buf_detach(&text);
	gw_buf_init(&proxy->lost, STREAM_MAX);
	pthread_mutex_init(&proxy->lock, NULL);
	proxy->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert(bind(proxy->listener, (const struct sockaddr *)&proxy->own, sizeof(proxy->own)) ==
			  0 &&
		  listen(proxy->listener, 16) == 0);
	cr_assert(pthread_create(&proxy->thread, NULL, accept_all, proxy) == 0);
	return proxy;
}

void gw_proxy_free(struct gw_proxy *proxy)
{
	(void)shutdown(proxy->listener, SHUT_RDWR);
	pthread_join(proxy->thread, NULL);
	for (int i = 0; i < 1000 && atomic_load(&proxy->open) > 0; i++)
		(void)usleep(1000);
	close(proxy->listener);
	(void)unlink(proxy->own.sun_path);
	(void)rmdir(proxy->folder);
	pthread_mutex_destroy(&proxy->lock);
	gw_buf_release(&proxy->lost);
	free(proxy->conninfo);
	free(proxy);
}

const char *gw_proxy_conninfo(const struct gw_proxy *proxy)
{
	return proxy->conninfo;
}

unsigned gw_proxy_lost(const struct gw_proxy *proxy)
{
	return atomic_load(&proxy->count);
}
