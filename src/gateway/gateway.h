/* SPDX-License-Identifier: ISC */
/*
 * gateway.h: what every endpoint has at hand.
 */
#ifndef GW_GATEWAY_H
#define GW_GATEWAY_H

#include "base/config.h"
#include "base/metrics.h"
#include "base/rates.h"
#include "http/request.h"
#include "http/response.h"
#include "http/validate.h"
#include "store/db.h"

#define GW_BASE_PATH "/api/gateway"

struct gw_handouts;

/* The services of a program; struct gw_request.context points to it. */
struct gw_gateway {
	const struct gw_config *config;
	struct gw_db *db;
	struct gw_handouts *handouts; /* see handout.h; may be NULL */
	struct gw_metrics *metrics;   /* may be NULL: then nothing is counted */
	struct gw_bell *bell;         /* NULL: nobody has waited yet */
	struct gw_rates *rates;       /* may be NULL: then nothing is limited */
};

const struct gw_gateway *gw_gateway_of(const struct gw_request *request);

/* The path of public_url, without a slash at its end: what the world's paths have before ours. Often empty. */
struct gw_str gw_gateway_prefix(const struct gw_config *config);

/*
 * Appends the address under which agents and people reach the gateway, without a slash at the end: public_url, else the request's
 * origin if its host is this machine or one of guide_hosts. A client chooses the host that it names, so another one is not believed:
 * it would send keys and links there. Then it is http://localhost, and the log says what to set.
 */
void gw_gateway_address(const struct gw_request *request, struct gw_buf *out);

#endif
