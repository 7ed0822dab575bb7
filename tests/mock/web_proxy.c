/* SPDX-License-Identifier: ISC */
/*
 * web_proxy.c: a stand-in for a proxy of the web (RFC 9110, 9.3.6 and 7.3.2), with connections that can die without a word.
 *
 *   web_proxy [-p PORT] [-d FOLDER]
 *
 * Prints the port it listens on (127.0.0.1). Whatever host is asked for, 127.0.0.1 is connected to, on the port that is
 * asked for. When the file FOLDER/dead is touched, every connection that there is falls silent: nothing passes any more, in either
 * direction, and nobody is told, as after a sleep, or when a router has forgotten a connection.
 *
 * Log: each line of the head of a connection's first request.
 */
#include "mock/mock.h"

#include "base/clock.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_MAX ((size_t)64 * 1024)
#define LOOK_EVERY 20 /* milliseconds */

static struct mock_options options = {.name = "web_proxy", .folder = ".", .help = ""};

static bool died_since(int64_t since)
{
	char *path = mock_path("dead");
	struct stat status;
	bool dead = stat(path, &status) == 0 &&
		    status.st_mtim.tv_sec * GW_USEC_PER_SEC + status.st_mtim.tv_nsec / 1000 > since;

	free(path);
	return dead;
}

static bool send_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(fd, data, len, 0);

		if (sent <= 0)
			return false;
		data += sent;
		len -= (size_t)sent;
	}
	return true;
}

/* Both directions, until one side has closed or the connection has died: then it hangs as long as the client likes. */
static void relay(int client, int server, int64_t since)
{
	struct pollfd fds[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
	char block[16384];

	for (;;) {
		bool dead = false;

		(void)poll(fds, 2, LOOK_EVERY);
		dead = died_since(since);
		for (int i = 0; i < 2; i++) {
			ssize_t got = 0;

			if (fds[i].revents == 0)
				continue;
			got = recv(fds[i].fd, block, sizeof(block), 0);
			if (got <= 0 && dead && i == 1) {
				fds[1].fd = -1;
				continue;
			}
			if (got <= 0 || (!dead && !send_all(fds[1 - i].fd, block, (size_t)got)))
				return;
		}
	}
}

static bool read_head(int client, struct gw_buf *head)
{
	char block[4096];

	while (strstr(head->data, "\r\n\r\n") == NULL) {
		ssize_t got = recv(client, block, sizeof(block), 0);

		if (got <= 0)
			return false;
		gw_buf_add(head, block, (size_t)got);
		if (gw_buf_overflowed(head))
			return false;
	}
	return true;
}

static void log_head(const char *head)
{
	while (*head != '\0' && *head != '\r') {
		size_t len = strcspn(head, "\r");

		mock_log("%.*s", (int)len, head);
		head += len;
		head += *head == '\r' ? 2 : 0;
	}
}

static int connect_to(int64_t port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The request as its server wants it: with the path alone (RFC 9112, 3.2.1). */
static bool forward(int server, const struct gw_buf *head)
{
	size_t method = strcspn(head->data, " ") + 1;
	const char *host = strstr(head->data, "://");
	const char *path = host != NULL ? host + 3 + strcspn(host + 3, "/ ") : head->data + method;

	return send_all(server, head->data, method) &&
	       send_all(server, path, head->len - (size_t)(path - head->data));
}

static void serve(int client)
{
	static const char established[] = "HTTP/1.1 200 Connection established\r\n\r\n";
	static const char refused[] = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
	int64_t since = gw_now();
	const char *colon = NULL;
	struct gw_buf head;
	bool is_tunnel = false;
	int64_t port = 0;
	int server = -1;

	gw_buf_init(&head, HEAD_MAX);
	if (!read_head(client, &head))
		goto out;
	log_head(head.data);
	is_tunnel = strncmp(head.data, "CONNECT ", 8) == 0;
	colon = strchr(is_tunnel ? head.data : head.data + strcspn(head.data, "/"), ':');
	if (colon != NULL &&
	    gw_parse_int64((struct gw_str){colon + 1, strspn(colon + 1, "0123456789")}, 1, 65535,
			   &port))
		server = connect_to(port);
	if (server < 0)
		(void)send_all(client, refused, strlen(refused));
	else if (is_tunnel ? send_all(client, established, strlen(established))
			   : forward(server, &head))
		relay(client, server, since);
out:
	if (server >= 0)
		close(server);
	gw_buf_release(&head);
}

int main(int argc, char **argv)
{
	mock_arguments(argc, argv, &options);
	return mock_serve(&options, serve);
}
