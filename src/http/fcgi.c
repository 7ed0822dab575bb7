/* SPDX-License-Identifier: ISC */
/*
 * fcgi.c: see fcgi.h.
 *
 * About libfcgi 2.4.2, as read in its source: FCGX_Accept_r() would accept connections by itself, but then a kept connection
 * holds its thread, a peer that connects and says nothing holds it for 2 s (is_af_unix_keeper), half a record for good, and
 * a signal between its test and accept(2) is lost. So lobby.c accepts, with timeouts on the socket, and the descriptor is put
 * into the request as if an earlier request had left it there. That needs three fields below the line "Don't use anything
 * below here" of fcgiapp.h: ipcFd, keepConnection (without it FCGX_Accept_r begins by closing ipcFd) and detached (close at
 * once, instead of waiting up to 2 s for the peer to close first). The listening socket is given as -1, so that libfcgi's own
 * accept can only fail. The assertions below hold the layout that was read.
 *
 * Malformed records make FCGX_Accept_r close the connection and return an error. Two things end the process: a parameter
 * whose announced length cannot be allocated (an assertion), and a FCGI_GET_VALUES record that repeats its names (the stack
 * protector finds it). Only the web server may be able to connect.
 */
#include "http/fcgi.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcgiapp.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

_Static_assert(offsetof(FCGX_Request, ipcFd) ==
		       offsetof(FCGX_Request, paramsPtr) + sizeof(struct Params *),
	       "ipcFd is where libfcgi 2.4.2 has it");
_Static_assert(offsetof(FCGX_Request, keepConnection) ==
		       offsetof(FCGX_Request, ipcFd) + 2 * sizeof(int),
	       "keepConnection is where libfcgi 2.4.2 has it");
_Static_assert(offsetof(FCGX_Request, detached) == offsetof(FCGX_Request, ipcFd) + 7 * sizeof(int),
	       "detached is where libfcgi 2.4.2 has it");

/* FastCGI 1.0, 3.3 and 8: a record's header, its types, and the numbers in them. */
#define VERSION_1 1
#define RECORD_HEADER 8
#define RECORD_BEGIN 1
#define RECORD_ABORT 2
#define RECORD_END 3
#define RECORD_STDOUT 6
#define ROLE_RESPONDER 1
#define UNKNOWN_ROLE 3
/* The longest content of a record that needs no padding to a multiple of 8. */
#define MAX_RECORD ((size_t)65528)

struct gw_fcgi {
	FCGX_Request request;
};

bool gw_fcgi_init(void)
{
	return FCGX_Init() == 0;
}

static void fill_header(unsigned char header[RECORD_HEADER], unsigned char type, int request_id,
			size_t len, size_t padding)
{
	header[0] = VERSION_1;
	header[1] = type;
	header[2] = (unsigned char)(request_id >> 8);
	header[3] = (unsigned char)request_id;
	header[4] = (unsigned char)(len >> 8);
	header[5] = (unsigned char)len;
	header[6] = (unsigned char)padding;
	header[7] = 0;
}

/* FastCGI 1.0, 5.5: appStatus, protocolStatus. */
static void add_end(struct gw_buf *out, int request_id, unsigned char status)
{
	unsigned char record[2 * RECORD_HEADER] = {0};

	fill_header(record, RECORD_END, request_id, RECORD_HEADER, 0);
	record[RECORD_HEADER + 4] = status;
	gw_buf_add(out, record, sizeof(record));
}

/* libfcgi closes the connection at a role that it does not know, and serves two that nobody here answers. */
static bool refuse_role(int fd)
{
	unsigned char begin[2 * RECORD_HEADER];
	ssize_t got = recv(fd, begin, sizeof(begin), MSG_PEEK);
	struct gw_buf out;
	int role = 0;

	if (got != (ssize_t)sizeof(begin) || begin[0] != VERSION_1 || begin[1] != RECORD_BEGIN)
		return false;
	role = begin[RECORD_HEADER] << 8 | begin[RECORD_HEADER + 1];
	if (role == ROLE_RESPONDER)
		return false;
	gw_buf_init(&out, sizeof(begin));
	add_end(&out, begin[2] << 8 | begin[3], UNKNOWN_ROLE);
	(void)send(fd, out.data, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
	gw_buf_release(&out);
	/* what else it sends is taken, or closing would be an error to it that hides the answer */
	(void)shutdown(fd, SHUT_WR);
	while (recv(fd, begin, sizeof(begin), MSG_DONTWAIT) > 0)
		continue;
	close(fd);
	return true;
}

struct gw_fcgi *gw_fcgi_open(int fd, bool is_tcp, struct gw_fcgi_peer *ret_peer)
{
	struct gw_fcgi *fcgi = NULL;

	if (refuse_role(fd))
		return NULL;
	fcgi = gw_xcalloc(1, sizeof(*fcgi));
	FCGX_InitRequest(&fcgi->request, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	fcgi->request.ipcFd = fd;
	fcgi->request.keepConnection = 1;
	fcgi->request.detached = 1;
	if (FCGX_Accept_r(&fcgi->request) != 0) {
		free(fcgi);
		return NULL;
	}
	*ret_peer = (struct gw_fcgi_peer){.fd = fd,
					  .request_id = fcgi->request.requestId,
					  .keep = fcgi->request.keepConnection != 0,
					  .is_tcp = is_tcp};
	return fcgi;
}

char *const *gw_fcgi_env(const struct gw_fcgi *fcgi)
{
	return fcgi->request.envp;
}

size_t gw_fcgi_read(void *fcgi, char *data, size_t len)
{
	struct gw_fcgi *self = fcgi;
	int got = FCGX_GetStr(data, (int)len, self->request.in);

	return got > 0 ? (size_t)got : 0;
}

bool gw_fcgi_at_end(struct gw_fcgi *fcgi)
{
	return FCGX_GetChar(fcgi->request.in) == EOF && FCGX_GetError(fcgi->request.in) == 0;
}

bool gw_fcgi_broken(const struct gw_fcgi *fcgi)
{
	return FCGX_GetError(fcgi->request.in) != 0;
}

void gw_fcgi_free(struct gw_fcgi *fcgi)
{
	if (fcgi == NULL)
		return;
	FCGX_Free(&fcgi->request, 0);
	free(fcgi);
}

bool gw_fcgi_peer_gone(const struct gw_fcgi_peer *peer)
{
	/* a Unix socket tells a peer that has closed from one that only has no more to say; TCP does not */
	struct pollfd pfd = {.fd = peer->fd,
			     .events = (short)(POLLIN | (peer->is_tcp ? POLLRDHUP : 0))};
	unsigned char header[RECORD_HEADER];

	if (poll(&pfd, 1, 0) <= 0)
		return false;
	if ((pfd.revents & (POLLHUP | POLLERR | POLLNVAL | POLLRDHUP)) != 0)
		return true;
	return recv(peer->fd, header, sizeof(header), MSG_PEEK | MSG_DONTWAIT) ==
		       (ssize_t)sizeof(header) &&
	       header[1] == RECORD_ABORT;
}

void gw_fcgi_add_stdout(struct gw_buf *out, const struct gw_fcgi_peer *peer, struct gw_str data)
{
	static const char zeros[8] = {0};
	unsigned char header[RECORD_HEADER];

	while (data.len > 0) {
		size_t len = data.len < MAX_RECORD ? data.len : MAX_RECORD;
		size_t padding = (8 - len % 8) % 8;

		fill_header(header, RECORD_STDOUT, peer->request_id, len, padding);
		gw_buf_add(out, header, sizeof(header));
		gw_buf_add(out, data.data, len);
		gw_buf_add(out, zeros, padding);
		data.data += len;
		data.len -= len;
	}
}

void gw_fcgi_add_end(struct gw_buf *out, const struct gw_fcgi_peer *peer)
{
	unsigned char header[RECORD_HEADER];

	fill_header(header, RECORD_STDOUT, peer->request_id, 0, 0);
	gw_buf_add(out, header, sizeof(header));
	add_end(out, peer->request_id, 0);
}

size_t gw_fcgi_overhead(size_t len)
{
	return (len / MAX_RECORD + 1) * (RECORD_HEADER + 8) + 3 * (size_t)RECORD_HEADER;
}

/* Writes all of it. False when the peer is gone or takes nothing for as long as the socket's timeout. */
static bool write_all(int fd, struct iovec *part, size_t parts)
{
	while (parts) {
		ssize_t sent = writev(fd, part, (int)parts);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return false;
		while (parts && (size_t)sent >= part->iov_len) {
			sent -= (ssize_t)part->iov_len;
			part++;
			parts--;
		}
		if (parts) {
			part->iov_base = (char *)part->iov_base + sent;
			part->iov_len -= (size_t)sent;
		}
	}
	return true;
}

/* An iovec of something that writev(2) only reads. */
static struct iovec part_of(const void *data, size_t len)
{
	union {
		const void *in;
		void *out;
	} cast = {.in = data};

	return (struct iovec){cast.out, len};
}

bool gw_fcgi_write(const struct gw_fcgi_peer *peer, struct gw_str head, struct gw_str body)
{
	static const char zeros[8] = {0};
	struct gw_buf end;
	bool ok = true;

	gw_buf_init(&end, 64);
	gw_fcgi_add_end(&end, peer);
	/* the head goes with the first record, the end with the last one: a usual answer is one write */
	do {
		unsigned char header[RECORD_HEADER];
		size_t room = MAX_RECORD - head.len;
		size_t len = body.len < room ? body.len : room;
		size_t padding = (8 - (head.len + len) % 8) % 8;
		bool last = len == body.len;
		struct iovec parts[5];

		fill_header(header, RECORD_STDOUT, peer->request_id, head.len + len, padding);
		parts[0] = part_of(header, sizeof(header));
		parts[1] = part_of(head.data, head.len);
		parts[2] = part_of(body.data, len);
		parts[3] = part_of(zeros, padding);
		parts[4] = part_of(end.data, last ? end.len : 0);
		ok = write_all(peer->fd, parts, GW_ARRAY_LEN(parts));
		head = GW_STR_LIT("");
		body.len -= len;
		if (body.len > 0)
			body.data += len;
	} while (ok && body.len > 0);
	gw_buf_release(&end);
	return ok;
}
