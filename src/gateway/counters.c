/*
 * counters.c: see counters.h.
 */
#include "gateway/counters.h"

#include "gateway/gateway.h"
#include "http/route.h"

const char *const gw_counter_names[] = {
	"poll",         "report", "heartbeat", "send-message", "setup-guide", "api-key",
	"generate-key", "health", "metrics",   "unknown",      NULL,
};

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
