/* SPDX-License-Identifier: ISC */
/*
 * fuzz_records.c: what comes over the socket of a responder, cut into records or not, through libfcgi and our own part of it.
 *
 * Two things are kept from libfcgi, because they end it and only the web server may connect (see src/http/fcgi.c): records of the
 * type FCGI_GET_VALUES, and lengths of parameters beyond 16 MiB.
 */
#include "fuzz.h"

#include "http/fcgi.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define RECORD_HEADER 8
#define RECORD_PARAMS 4
#define RECORD_GET_VALUES 9
#define BODY_MAX ((size_t)64 * 1024)

const char *const fuzz_corpus = "records";

/* The input as it stands, or, if the first byte says so, cut into records by the lengths in it. */
static void frame(struct fuzz_input *input, struct gw_buf *out)
{
	while (input->size > 0) {
		unsigned type = fuzz_byte(input);
		unsigned id = fuzz_byte(input) % 4;
		size_t len = fuzz_byte(input);
		char head[RECORD_HEADER] = {1, (char)type, 0, (char)id, 0, 0, 0, 0};

		if (len > input->size)
			len = input->size;
		head[5] = (char)len;
		gw_buf_add(out, head, sizeof(head));
		gw_buf_add(out, input->data, len);
		input->data += len;
		input->size -= len;
	}
}

/* Lengths of four bytes, which begin with one above 0x7f, are made small. */
static void soften(struct gw_buf *wire)
{
	for (size_t at = 0; at + RECORD_HEADER <= wire->len;) {
		unsigned char *record = (unsigned char *)wire->data + at;
		size_t len = ((size_t)record[4] << 8 | record[5]) + record[6];

		if (record[1] == RECORD_GET_VALUES)
			record[1] = RECORD_PARAMS;
		at += RECORD_HEADER + len;
	}
	for (size_t at = 0; at < wire->len; at++) {
		if ((unsigned char)wire->data[at] > 0x80)
			wire->data[at] = (char)0x80;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct timeval patience = {.tv_sec = 1};
	/* nobody reads what is answered: as in src/http/threads.c a write ends at some time, here at once */
	static const struct timeval unread = {.tv_usec = 2000};
	struct fuzz_input input = {data, size};
	struct gw_fcgi_peer peer;
	struct gw_fcgi *fcgi = NULL;
	struct gw_buf wire;
	char body[256];
	size_t got = 0;
	size_t sum = 0;
	int fds[2];

	if (size == 0 || size > FUZZ_MAX_SIZE)
		return 0;
	gw_buf_init(&wire, 16 * FUZZ_MAX_SIZE);
	gw_buf_add_c(&wire, "");
	if (fuzz_byte(&input) % 2 == 0)
		gw_buf_add(&wire, (const char *)input.data, input.size);
	else
		frame(&input, &wire);
	soften(&wire);
	if (!gw_fcgi_init() || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
		abort();
	(void)setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(fds[0], SOL_SOCKET, SO_SNDTIMEO, &unread, sizeof(unread));
	if (send(fds[1], wire.data, wire.len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && wire.len > 0)
		goto out;
	(void)shutdown(fds[1], SHUT_WR);
	fcgi = gw_fcgi_open(fds[0], false, &peer);
	if (fcgi == NULL) {
		fds[0] = -1;
		goto out;
	}
	for (char *const *variable = gw_fcgi_env(fcgi); *variable != NULL; variable++)
		fuzz_require(strlen(*variable) <= wire.len ||
				     strncmp(*variable, "FCGI_ROLE=", 10) == 0,
			     "a variable is a part of what came");
	while (sum <= BODY_MAX && (got = gw_fcgi_read(fcgi, body, sizeof(body))) > 0)
		sum += got;
	fuzz_require(sum <= wire.len, "so is a body");
	(void)gw_fcgi_at_end(fcgi);
	(void)gw_fcgi_broken(fcgi);
	(void)gw_fcgi_peer_gone(&peer);
	gw_fcgi_free(fcgi);
out:
	if (fds[0] >= 0)
		(void)close(fds[0]);
	(void)close(fds[1]);
	gw_buf_release(&wire);
	return 0;
}
