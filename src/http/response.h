/* SPDX-License-Identifier: ISC */
/*
 * response.h: what a handler answers, and how causes of failure become HTTP.
 */
#ifndef GW_RESPONSE_H
#define GW_RESPONSE_H

#include "base/buf.h"
#include "base/err.h"

struct gw_response {
	int status;               /* 0 until set; serve makes it 200, or that of the enum gw_err */
	const char *content_type; /* application/json unless changed; a constant */
	struct gw_buf headers;    /* extra header lines, each ending in CRLF */
	struct gw_buf body;
	bool streaming; /* the body comes piece by piece: gw_response_stream() */
	bool no_body;   /* the request was HEAD: the body is measured, not sent */
};

/* `max_body` bounds the body; overflow turns the answer into a 500. */
void gw_response_init(struct gw_response *response, size_t max_body);
void gw_response_release(struct gw_response *response);

/* Adds a header; a value with CR, LF or NUL is dropped (nothing from outside may add a line). */
void gw_response_header(struct gw_response *response, const char *name, const char *value);

/* What one piece of a stream may hold. */
#define GW_STREAM_MAX ((size_t)256 * 1024)
/*
 * Makes the answer a stream, in the handler's first call: whenever the handler returns gw_request_wait(), what the body holds
 * is sent as the next piece, and the body is empty when the handler is called again; it ends when the handler returns
 * otherwise. The handler is called only when the web server has taken all that went before, so nothing piles up here; a
 * client that takes nothing for half a minute is closed. `until` of the wait is a time to be called at; last_call comes only
 * when the program ends. No header can be added after the first piece.
 */
void gw_response_stream(struct gw_response *response, const char *content_type);
/* Drops what a handler wrote before it decided to wait. */
void gw_response_reset(struct gw_response *response);

/*
 * Adds what every response carries: X-Trace-Id, Cache-Control: no-store, X-Content-Type-Options:
 * nosniff.
 */
void gw_response_complete(struct gw_response *response, const char *trace_id);
/* Appends the head as CGI wants it (RFC 3875, 6.3): "Status: 200 OK" to the empty line. */
void gw_response_head(const struct gw_response *response, struct gw_buf *out);

/* The HTTP status for a cause: the only place that knows. */
int gw_http_status(enum gw_err err);

/*
 * Each drops what the body held and sets status and body; each returns `err`, so that a handler can
 * `return gw_response_error(…)`. A 503 gets `Retry-After`. Texts are cut at 4 KiB.
 */
/* {"detail":"<text>"}; the status is that of `err`. */
enum gw_err gw_response_error(struct gw_response *response, enum gw_err err, const char *fmt, ...)
	GW_PRINTF(3, 4);
/* The same with a status of its own (400, 405, 501, 502). */
enum gw_err gw_response_error_status(struct gw_response *response, enum gw_err err, int status,
				     const char *fmt, ...) GW_PRINTF(4, 5);
/* {"detail":{"code":"<code>","message":"<text>"}}; the status is that of `err`. */
enum gw_err gw_response_error_code(struct gw_response *response, enum gw_err err, const char *code,
				   const char *fmt, ...) GW_PRINTF(4, 5);
/*
 * Adds a member `hint` to the answer, a JSON object: a sentence that tells whoever wrote the request,
 * most likely a language model, what to do.
 */
void gw_response_hint(struct gw_response *response, const char *fmt, ...) GW_PRINTF(2, 3);
/*
 * The default text of a cause ("Service temporarily unavailable" with Retry-After, "Internal Server
 * Error").
 */
enum gw_err gw_response_default(struct gw_response *response, enum gw_err err);

#endif
