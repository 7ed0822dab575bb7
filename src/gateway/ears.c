/* SPDX-License-Identifier: ISC */
/*
 * ears.c: see ears.h.
 */
#include "gateway/ears.h"

#include "gateway/counters.h"
#include "gateway/gateway.h"
#include "http/bell.h"

/* Topics that agents poll for: "agent:<uuid>". */
#define AGENT 'a'

static void rang(void *context, struct gw_str topic)
{
	const struct gw_gateway *gateway = context;

	gw_metrics_add(gateway->metrics, GW_TOTAL_WOKEN, gw_wake(topic));
}

static void lost(void *context)
{
	(void)context;
	gw_wake_all();
}

static void deaf(void *context)
{
	(void)context;
	gw_wake_others(AGENT);
}

static void tested(void *context, int64_t microseconds)
{
	const struct gw_gateway *gateway = context;

	gw_metrics_gauge_set(gateway->metrics, gw_gauge_bell_deaf(), microseconds < 0);
	if (microseconds >= 0)
		gw_metrics_gauge_set(gateway->metrics, gw_gauge_bell_lag(), microseconds);
}

static size_t agents(void *context, struct gw_uuid *ids, size_t max)
{
	(void)context;
	return gw_waiting_ids(AGENT, ids, max);
}

static size_t waiting(void *context)
{
	(void)context;
	return gw_waiting_count();
}

const struct gw_bell_ears gw_ears = {
	.rang = rang,
	.lost = lost,
	.deaf = deaf,
	.tested = tested,
	.agents = agents,
	.waiting = waiting,
};
