/* SPDX-License-Identifier: ISC */
/*
 * transfer.h: libcurl with the limits that every call of an outside service has.
 *
 * Certificates are verified, redirects are not followed, only the protocols that are asked for are
 * spoken, no signals are used.
 */
#ifndef GW_TRANSFER_H
#define GW_TRANSFER_H

#include "base/config.h"

#include <curl/curl.h>

#define GW_TRANSFER_CONNECT_TIMEOUT (3 * GW_USEC_PER_SEC)
#define GW_TRANSFER_TIMEOUT (10 * GW_USEC_PER_SEC)
#define GW_TRANSFER_REPLY_MAX ((size_t)64 * 1024)

/*
 * A handle with those options set; `protocols` as CURLOPT_PROTOCOLS_STR takes them. It ends after
 * GW_TRANSFER_TIMEOUT or at `deadline` (gw_monotonic()), whichever comes first. Give it back with
 * _end.
 */
CURL *gw_transfer_begin(const struct gw_config *config, const char *protocols, int64_t deadline);
/* Gives the transfer all the time until `deadline`, for what nobody waits for. */
void gw_transfer_extend(CURL *curl, int64_t deadline);
/* `keep`: its connections may serve later transfers. */
void gw_transfer_end(CURL *curl, bool keep);

/* What a failed transfer means, in words for agents: a constant sentence. */
const char *gw_transfer_strerror(CURLcode code);

struct gw_http_reply {
	long status;
	bool sent;          /* the server may have got the request, even if no reply came */
	struct gw_buf body; /* initialised by the caller with its maximum */
	/* microseconds, from Retry-After or x-ogw-ratelimit-reset (seconds); 0: neither was there */
	int64_t retry_after;
};

/*
 * POSTs JSON. `foreign`: the URL comes from a row of the database, not from the operator; it has to be https unless allow_http_hosts
 * names its host, and is not connected to an address that is not public unless allow_private_hosts does. Whoever wrote the row learns
 * nothing from the outcome: it is as if nothing was there. `bearer` may be NULL; it must be printable ASCII. GW_UPSTREAM: there is no whole
 * reply, *ret_why (a constant) says why; CURLE_OK never comes with it.
 */
GW_MUST_CHECK enum gw_err gw_http_post(const struct gw_config *config, const char *url,
				       bool foreign, const char *bearer, struct gw_str json,
				       int64_t deadline, struct gw_http_reply *reply,
				       const char **ret_why);

#endif
