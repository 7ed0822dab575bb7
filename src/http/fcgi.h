/* SPDX-License-Identifier: ISC */
/*
 * fcgi.h: one request in the FastCGI protocol (FastCGI Specification 1.0) on a connected socket. fcgi.c is the only file
 * that knows libfcgi.
 *
 * Reading is libfcgi's, and over before a request waits: what it holds for a request, some 20 KiB, is given back by then.
 * Records that go out are written here.
 */
#ifndef GW_FCGI_H
#define GW_FCGI_H

#include "base/buf.h"

#include <stdbool.h>

struct gw_fcgi; /* a request that is being read */

/* What is needed to answer a request once it was read. */
struct gw_fcgi_peer {
	int fd;
	int request_id;
	bool keep;   /* the web server wants to use the connection again */
	bool is_tcp; /* else a Unix socket */
};

/* Once, before threads are started. False: libfcgi cannot be initialised. */
bool gw_fcgi_init(void);

/*
 * Reads the beginning of a request, its variables included. NULL: nothing that makes sense arrived, and `fd` is closed. A
 * request for another role than that of a responder is refused by the protocol's own means (UNKNOWN_ROLE).
 */
struct gw_fcgi *gw_fcgi_open(int fd, bool is_tcp, struct gw_fcgi_peer *ret_peer);
/* The variables, NAME=value, NULL at the end; they live until gw_fcgi_free(). */
char *const *gw_fcgi_env(const struct gw_fcgi *fcgi);
/* Reads up to `len` bytes of the body; fewer only at its end, or when the peer is gone or silent. */
size_t gw_fcgi_read(void *fcgi, char *data, size_t len);
/* True if the body has been read to its end, with the record that says so; else a connection cannot be used again. */
bool gw_fcgi_at_end(struct gw_fcgi *fcgi);
/* True if the stream broke off. */
bool gw_fcgi_broken(const struct gw_fcgi *fcgi);
/* Gives back everything but the connection. NULL is allowed. */
void gw_fcgi_free(struct gw_fcgi *fcgi);

/*
 * True if the web server has closed the connection or aborted the request: nobody will read an answer. Looks, does not
 * wait, and takes nothing from the socket.
 */
bool gw_fcgi_peer_gone(const struct gw_fcgi_peer *peer);

/* Appends `data` as STDOUT records. */
void gw_fcgi_add_stdout(struct gw_buf *out, const struct gw_fcgi_peer *peer, struct gw_str data);
/* Appends the records that end the request. */
void gw_fcgi_add_end(struct gw_buf *out, const struct gw_fcgi_peer *peer);
/* Bytes that the two add to `len` bytes of data, at most. */
size_t gw_fcgi_overhead(size_t len);
/* Writes a whole answer, head and body, without copying the body. False: the peer has not taken it. */
bool gw_fcgi_write(const struct gw_fcgi_peer *peer, struct gw_str head, struct gw_str body);

#endif
