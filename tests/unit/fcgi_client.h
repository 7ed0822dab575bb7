/* SPDX-License-Identifier: ISC */
/*
 * fcgi_client.h: the web server's side of FastCGI, as far as the tests of serve.c need it.
 */
#ifndef GW_TESTS_FCGI_CLIENT_H
#define GW_TESTS_FCGI_CLIENT_H

#include "base/buf.h"

#include <stdbool.h>

#define FCGI_TYPE_BEGIN 1
#define FCGI_TYPE_END 3
#define FCGI_TYPE_PARAMS 4
#define FCGI_TYPE_STDIN 5
#define FCGI_TYPE_STDOUT 6

/* A connection to the Unix socket `path`, with a receive timeout that no working server reaches. */
int fcgi_connect(const char *path);

void fcgi_add_record(struct gw_buf *out, int type, const void *data, size_t len);
void fcgi_add_begin(struct gw_buf *out, bool keep);
void fcgi_add_param(struct gw_buf *out, const char *name, const char *value);
/* A whole request. `length` is CONTENT_LENGTH, or NULL for the body's own. */
void fcgi_add_request(struct gw_buf *out, const char *method, const char *uri, struct gw_str body,
		      const char *length, bool keep);

bool fcgi_send(int fd, struct gw_str data);
/* Sends a whole request without a body. */
bool fcgi_send_get(int fd, const char *uri, bool keep);
/* Reads a response to its END_REQUEST; the text of its STDOUT records is appended. */
bool fcgi_receive(int fd, struct gw_buf *out);
/* True if the peer closes without having sent anything within `seconds`. */
bool fcgi_closed_within(int fd, int seconds);

#endif
