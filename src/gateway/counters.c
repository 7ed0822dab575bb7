/* SPDX-License-Identifier: ISC */
/*
 * counters.c: see counters.h.
 */
#include "gateway/counters.h"

#include "gateway/endpoints.h"

#define NAME(name, methods, path, access, body, handler) name,

const char *const gw_counter_names[] = {GW_ENDPOINTS(NAME) "unknown", NULL};

_Static_assert(GW_ARRAY_LEN(gw_counter_names) <= GW_METRICS_NAMES_MAX + 1,
	       "every endpoint is counted by itself");

void gw_counters_finished(void *context, const struct gw_request *request, int status,
			  int64_t microseconds)
{
	const struct gw_gateway *gateway = context;
	size_t name = 0;

	while (gw_counter_names[name + 1] != NULL &&
	       (request->endpoint == NULL ||
		strcmp(gw_counter_names[name], request->endpoint->name) != 0))
		name++;
	gw_metrics_count(gateway->metrics, name, status, microseconds);
}
