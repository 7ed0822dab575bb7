/* SPDX-License-Identifier: ISC */
/*
 * request.h: an HTTP request as a handler sees it.
 *
 * It is made of a CGI environment (RFC 3875) and a body that has been read already, whichever way
 * they came: FastCGI, plain CGI or a test. Everything in it is untrusted except `context`.
 */
#ifndef GW_REQUEST_H
#define GW_REQUEST_H

#include "base/buf.h"
#include "base/err.h"
#include "base/uuid.h"
#include "http/topic.h"

#include <stdint.h>

#define GW_TRACE_ID_SIZE 65

#define GW_TOPICS_MAX 4

struct gw_endpoint;
struct gw_fcgi_peer;
struct gw_request;

/* Called once, after the answer was written (`written`) or could not be; see gw_request_after(). */
typedef void gw_request_written(struct gw_request *request, bool written);

/* What a handler asked for with gw_request_watch() and gw_request_wait(). */
struct gw_wait {
	bool asked;
	int64_t until; /* gw_monotonic() */
	int64_t again; /* look once more then, if that is before; 0: no */
	unsigned count;
	struct gw_topic topics[GW_TOPICS_MAX];
};

struct gw_request {
	void *context;                      /* what the program gave to gw_serve(); its services */
	const struct gw_endpoint *endpoint; /* the one that was chosen; NULL before routing */
	const char *method;                 /* "GET"; never NULL */
	struct gw_str path;                 /* decoded, without the query string, NUL-terminated */
	struct gw_str query;                /* raw, without the question mark; may be empty */
	struct gw_str path_param; /* what stands for {…} in the pattern; absent if it has none */
	struct gw_str body;       /* at most max_body_bytes; empty when absent */
	char trace_id[GW_TRACE_ID_SIZE];
	int64_t started;    /* gw_monotonic() at the start */
	bool authenticated; /* set by the handler once it knows who asks; see enum gw_access */

	bool may_wait; /* gw_request_wait() would wait: false under plain CGI, or when too many wait already */
	bool last_call; /* answer now: the time of gw_request_wait() has come, or the program ends */
	void *state;    /* the handler's own, kept while it waits; NULL at its first call */
	void (*free_state)(
		void *state); /* how the state ends, whatever becomes of the request; may be NULL */

	struct gw_wait wait;             /* read by http only */
	gw_request_written *written;     /* read by http only */
	const struct gw_fcgi_peer *peer; /* NULL: nobody who could leave */

	char *const *env;   /* NAME=value strings, NULL at the end; not owned */
	char *path_storage; /* owned */
};

/*
 * Prepares a request from `env` (which must outlive it): method, path, query and trace id. The path
 * is that of REQUEST_URI, percent-decoded (RFC 3986), else SCRIPT_NAME and PATH_INFO. Undecodable
 * or NUL bytes in it make it a path that no endpoint has. The body is set by the caller.
 */
void gw_request_init(struct gw_request *request, char *const *env, void *context);
void gw_request_release(struct gw_request *request);
/*
 * Takes `prefix` ("/claw", without a slash at its end) off the beginning of the path, if that goes on with a slash behind it: what
 * the public address has before our own paths. A path without it stays as it is.
 */
void gw_request_strip(struct gw_request *request, struct gw_str prefix);

/* A variable of the environment, absent if there is none. */
struct gw_str gw_request_env(const struct gw_request *request, const char *name);
/*
 * A header by its HTTP name ("X-Api-Key"): absent if not sent, empty if sent empty. The first wins.
 */
struct gw_str gw_request_header(const struct gw_request *request, const char *name);
/*
 * A decoded parameter of the query string into `storage`; absent if it is not there. The last one
 * wins.
 */
struct gw_str gw_request_query(const struct gw_request *request, const char *name,
			       struct gw_buf *storage);
/*
 * "https://host[:port]" as the client wrote it (HTTPS or X-Forwarded-Proto from the server,
 * HTTP_HOST), appended; only characters that belong in an authority, else "http://localhost".
 */
void gw_request_origin(const struct gw_request *request, struct gw_buf *out);

/*
 * Waiting. A handler that has nothing to say yet returns what gw_request_wait() gives. The request then costs a descriptor and
 * some memory, no thread and no database connection, and the handler is called again from its beginning, by any thread, when
 * one of its topics rings or `until` (gw_monotonic()) has come, then with request->last_call. It is not called again if the
 * client has left. What rang after the call began is seen: look first, then wait. If there can be no waiting, the handler is
 * called again at once with last_call. What the response held is dropped, unless it is a stream (gw_response_stream()).
 */
/* Adds a topic, at most GW_TOPICS_MAX for one wait. */
void gw_request_watch(struct gw_request *request, const char *topic);
/* `topic` is added to those watched; NULL: no other. */
GW_MUST_CHECK enum gw_err gw_request_wait(struct gw_request *request, const char *topic,
					  int64_t until);
/* Before gw_request_wait(): the handler is called again at `at`, too (gw_monotonic()); the earliest counts. That is no last call. */
void gw_request_look_again(struct gw_request *request, int64_t at);
/*
 * True if the client has left, as far as the web server tells (nginx does; mod_proxy_fcgi does not). For a handler that is
 * about to take something that only this answer would carry.
 */
bool gw_request_peer_gone(const struct gw_request *request);
/*
 * Has `written` called once the answer went to the web server, or could not: a client that left, a response that was
 * withheld, an error. Also when the request ends without an answer. By then request->state is still there.
 */
void gw_request_after(struct gw_request *request, gw_request_written *written);

#endif
