/* SPDX-License-Identifier: ISC */
/*
 * patience.h: how long a caller is willing to wait, as ?wait= or as `Prefer: wait=` says (RFC 7240, 4.3).
 *
 *     seconds = gw_patience(request, config, &invalid);
 *     … nothing to say yet:
 *     if (gw_patience_begin(request, seconds))
 *             return gw_request_wait(request, topic, gw_patience_end(request));
 *     … an answer:
 *     gw_patience_applied(request, response, seconds);
 */
#ifndef GW_PATIENCE_H
#define GW_PATIENCE_H

#include "base/config.h"
#include "http/request.h"
#include "http/response.h"
#include "http/validate.h"

/*
 * Seconds, at most max_wait; 0: the caller wants its answer at once. A value of ?wait= outside 0…50 adds to `invalid`; a Prefer
 * that cannot be understood is ignored, as RFC 7240 wants it.
 */
int64_t gw_patience(const struct gw_request *request, const struct gw_config *config,
		    struct gw_invalid *invalid);
/*
 * True if the handler may wait (again). The time counts from the first call, so that a request that is woken in vain does not
 * wait longer. Uses request->state, unless `seconds` is 0.
 */
bool gw_patience_begin(struct gw_request *request, int64_t seconds);
/* Until when, after _begin was true. */
int64_t gw_patience_end(const struct gw_request *request);
/* Tells the client that waiting was possible: `Preference-Applied: wait=<seconds>`. */
void gw_patience_applied(const struct gw_request *request, struct gw_response *response,
			 int64_t seconds);

#endif
