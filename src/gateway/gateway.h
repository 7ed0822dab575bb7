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
	struct gw_metrics *metrics; /* may be NULL: then nothing is counted */
	struct gw_bell *bell;       /* NULL: nobody has waited yet */
	struct gw_rates *rates;     /* may be NULL: then nothing is limited */
};

const struct gw_gateway *gw_gateway_of(const struct gw_request *request);

#endif
