/* SPDX-License-Identifier: ISC */
/*
 * fcgi_client.c: FastCGI records (FastCGI 1.0, section 3) from the web server's side. One request per connection
 * at a time, with the id 1.
 */
#include "fcgi_client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE 20 /* seconds */

int fcgi_connect(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval patience = {.tv_sec = PATIENCE};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, path, strlen(path) + 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	return fd;
}

void fcgi_add_record(struct gw_buf *out, int type, const void *data, size_t len)
{
	unsigned char header[8] = {
		1, (unsigned char)type, 0, 1, (unsigned char)(len >> 8), (unsigned char)len, 0, 0};

	gw_buf_add(out, header, sizeof(header));
	gw_buf_add(out, data, len);
}

void fcgi_add_begin(struct gw_buf *out, bool keep)
{
	unsigned char body[8] = {0, 1, keep ? 1 : 0};

	fcgi_add_record(out, FCGI_TYPE_BEGIN, body, sizeof(body));
}

void fcgi_add_param(struct gw_buf *out, const char *name, const char *value)
{
	struct gw_buf pair;

	gw_buf_init(&pair, 512);
	gw_buf_add_char(&pair, (char)strlen(name));
	gw_buf_add_char(&pair, (char)strlen(value));
	gw_buf_add_c(&pair, name);
	gw_buf_add_c(&pair, value);
	fcgi_add_record(out, FCGI_TYPE_PARAMS, pair.data, pair.len);
	gw_buf_release(&pair);
}

void fcgi_add_request(struct gw_buf *out, const char *method, const char *uri, struct gw_str body,
		      const char *length, bool keep)
{
	char own_length[24];
	size_t at = 0;

	snprintf(own_length, sizeof(own_length), "%zu", body.len);
	fcgi_add_begin(out, keep);
	fcgi_add_param(out, "REQUEST_METHOD", method);
	fcgi_add_param(out, "REQUEST_URI", uri);
	fcgi_add_param(out, "CONTENT_LENGTH", length ? length : body.len ? own_length : "");
	fcgi_add_record(out, FCGI_TYPE_PARAMS, "", 0);
	while (at < body.len) {
		size_t len = body.len - at < 32768 ? body.len - at : 32768;

		fcgi_add_record(out, FCGI_TYPE_STDIN, body.data + at, len);
		at += len;
	}
	fcgi_add_record(out, FCGI_TYPE_STDIN, "", 0);
}

bool fcgi_send(int fd, struct gw_str data)
{
	size_t at = 0;

	while (at < data.len) {
		ssize_t sent = send(fd, data.data + at, data.len - at, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		at += (size_t)sent;
	}
	return true;
}

bool fcgi_send_get(int fd, const char *uri, bool keep)
{
	struct gw_buf request;
	bool sent;

	gw_buf_init(&request, 4096);
	fcgi_add_request(&request, "GET", uri, GW_STR_LIT(""), NULL, keep);
	sent = fcgi_send(fd, gw_buf_str(&request));
	gw_buf_release(&request);
	return sent;
}

static bool receive_all(int fd, void *data, size_t len)
{
	size_t at = 0;

	while (at < len) {
		ssize_t got = recv(fd, (char *)data + at, len - at, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += (size_t)got;
	}
	return true;
}

bool fcgi_receive(int fd, struct gw_buf *out)
{
	static _Thread_local char content[65536 + 256];
	unsigned char header[8];

	for (;;) {
		size_t len;

		if (!receive_all(fd, header, sizeof(header)))
			return false;
		len = ((size_t)header[4] << 8) + header[5];
		if (!receive_all(fd, content, len + header[6]))
			return false;
		if (header[1] == FCGI_TYPE_STDOUT)
			gw_buf_add(out, content, len);
		if (header[1] == FCGI_TYPE_END)
			return true;
	}
}

bool fcgi_closed_within(int fd, int seconds)
{
	struct pollfd entry = {.fd = fd, .events = POLLIN};
	char byte;

	return poll(&entry, 1, seconds * 1000) == 1 && recv(fd, &byte, 1, MSG_DONTWAIT) <= 0;
}
