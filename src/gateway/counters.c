/* SPDX-License-Identifier: ISC */
/*
 * counters.c: see counters.h.
 */
#include "gateway/counters.h"

#include "gateway/endpoints.h"
#include "gateway/refusals.h"

#define NAME(name, methods, path, access, body, handler) name,

const char *const gw_counter_names[] = {GW_ENDPOINTS(NAME) "unknown", NULL};

#define NAMES (GW_ARRAY_LEN(gw_counter_names) - 1)
_Static_assert(NAMES <= GW_METRICS_NAMES_MAX, "every endpoint is counted by itself");

static const char *const totals[] = {"woken", "pending", "lapsed", "receipt", NULL};
_Static_assert(GW_ARRAY_LEN(totals) == GW_TOTALS + 1, "every total has a name");

static const char *const gauges[] = {GW_ENDPOINTS(NAME) "unknown", "bell lag", "bell deaf", NULL};
_Static_assert(GW_ARRAY_LEN(gauges) <= GW_METRICS_GAUGES_MAX + 1, "every gauge has room");

const struct gw_metrics_table gw_counter_table = {gw_counter_names, totals, gauges};

size_t gw_gauge_bell_lag(void)
{
	return NAMES;
}

size_t gw_gauge_bell_deaf(void)
{
	return NAMES + 1;
}

static size_t name_of(const struct gw_request *request)
{
	size_t name = 0;

	while (gw_counter_names[name + 1] != NULL &&
	       (request->endpoint == NULL ||
		strcmp(gw_counter_names[name], request->endpoint->name) != 0))
		name++;
	return name;
}

void gw_counters_finished(void *context, const struct gw_request *request, int status,
			  int64_t microseconds)
{
	const struct gw_gateway *gateway = context;

	gw_metrics_count(gateway->metrics, name_of(request), status, microseconds);
	gw_refusals_note(gateway, request, status);
}

void gw_counters_waiting(void *context, const struct gw_request *request, bool begins)
{
	const struct gw_gateway *gateway = context;

	gw_metrics_gauge_add(gateway->metrics, name_of(request), begins ? 1 : -1);
}
