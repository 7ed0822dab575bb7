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

#include <stdint.h>

#define GW_TRACE_ID_SIZE 65

struct gw_endpoint;

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

#endif
