/* SPDX-License-Identifier: ISC */
/*
 * cut_client.c: see cut_client.h. A connection for each request. Answers have a Content-Length: the gateway's have one, and so have
 * those of the web server itself.
 */
#include "e2e/cut_client.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PATIENCE 20 /* seconds */
#define REQUEST_MAX ((size_t)256 * 1024)
#define ANSWER_MAX (INT64_C(8) * 1024 * 1024)

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

struct gw_str cut_header(const struct gw_buf *answer, const char *name)
{
	const char *at = answer->data;
	const char *end = memmem(answer->data, answer->len, "\r\n\r\n", 4);
	size_t len = strlen(name);

	while (end != NULL && at < end &&
	       (at = memmem(at, (size_t)(end - at), "\r\n", 2)) != NULL) {
		at += 2;
		if ((size_t)(end - at) > len && at[len] == ':' && strncasecmp(at, name, len) == 0) {
			const char *stop = strchr(at, '\r');

			return gw_str_trim(
				(struct gw_str){at + len + 1, (size_t)(stop - at) - len - 1});
		}
	}
	return GW_STR_NULL;
}

/* The status, once all of the answer is there; 0 before. */
static int whole(const struct gw_buf *answer, struct gw_str *ret_body)
{
	const char *end = memmem(answer->data, answer->len, "\r\n\r\n", 4);
	struct gw_str length;
	int64_t number = 0;

	if (end == NULL || answer->len < 12)
		return 0;
	length = cut_header(answer, "Content-Length");
	if (length.data == NULL || !gw_parse_int64(length, 0, ANSWER_MAX, &number))
		return 0;
	*ret_body = (struct gw_str){end + 4, answer->len - (size_t)(end + 4 - answer->data)};
	return ret_body->len == (size_t)number ? (int)strtol(answer->data + 9, NULL, 10) : 0;
}

static int receive(int fd, const struct cut_request *request, struct gw_buf *answer,
		   struct gw_str *ret_body)
{
	int status = 0;

	while (status == 0) {
		size_t some = 16384;
		char *room = NULL;
		ssize_t got = 0;

		if (request->cut == CUT_MIDDLE) {
			if (answer->len >= request->cut_at)
				return 0;
			some = request->cut_at - answer->len;
		}
		room = gw_buf_reserve(answer, some);
		if (room == NULL)
			return 0;
		got = recv(fd, room, some, 0);
		if (got <= 0)
			return 0;
		gw_buf_added(answer, (size_t)got);
		status = whole(answer, ret_body);
	}
	return status;
}

int cut_ask(const struct sockaddr_un *address, const struct cut_request *request,
	    struct gw_buf *answer, struct gw_str *ret_body)
{
	struct timeval patience = {.tv_sec = PATIENCE};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct gw_buf text;
	size_t len = 0;
	int status = 0;

	gw_buf_reset(answer);
	gw_buf_init(&text, REQUEST_MAX);
	gw_buf_addf(&text,
		    "%s /api/gateway%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s",
		    request->method, request->path, request->headers);
	if (request->body != NULL)
		gw_buf_addf(&text,
			    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
			    strlen(request->body), request->body);
	else
		gw_buf_add_c(&text, "\r\n");
	len = text.len;
	if (request->cut == CUT_BEFORE && request->cut_at < len)
		len = request->cut_at;
	if (fd >= 0) {
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	}
	if (fd >= 0 && !gw_buf_overflowed(&text) &&
	    connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 &&
	    send_all(fd, text.data, len)) {
		if (request->cut == CUT_AFTER)
			(void)usleep((useconds_t)request->cut_at);
		else if (len == text.len)
			status = receive(fd, request, answer, ret_body);
	}
	if (fd >= 0)
		(void)close(fd);
	gw_buf_release(&text);
	return status;
}
