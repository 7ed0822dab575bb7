/* SPDX-License-Identifier: ISC */
/*
 * cut_client.h: one HTTP/1.1 request over a Unix socket, whole or broken off by the client. For the end-to-end tests.
 */
#ifndef GW_TEST_CUT_CLIENT_H
#define GW_TEST_CUT_CLIENT_H

#include "base/buf.h"

#include <stddef.h>
#include <sys/un.h>

/* Where the client hangs up. */
enum cut {
	CUT_NONE,
	CUT_BEFORE, /* a part of the request was sent */
	CUT_AFTER,  /* all of it; nothing of the answer is read */
	CUT_MIDDLE  /* a part of the answer has come */
};

struct cut_request {
	const char *method, *path;
	const char *headers; /* whole lines, CR LF included */
	const char *body;    /* NULL: none */
	enum cut cut;
	size_t cut_at; /* CUT_BEFORE, CUT_MIDDLE: bytes; CUT_AFTER: microseconds until the client hangs up */
};

/*
 * Asks the server at `address`. Returns the status once the whole answer has come, else 0: it was cut off, by whomever, or did not
 * come within 20 seconds. The answer, as far as it came, is in *answer (to be initialized by the caller, who gives it a maximum of at
 * least 64 KiB); *ret_body is its body, valid until *answer changes.
 */
int cut_ask(const struct sockaddr_un *address, const struct cut_request *request,
	    struct gw_buf *answer, struct gw_str *ret_body);

/* The value of a header in an answer of cut_ask(); absent if it is not there. */
struct gw_str cut_header(const struct gw_buf *answer, const char *name);

#endif
