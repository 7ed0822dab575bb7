/* SPDX-License-Identifier: ISC */
/*
 * ears.c: see ears.h.
 */
#include "gateway/ears.h"

#include "base/clock.h"
#include "gateway/counters.h"
#include "gateway/gateway.h"
#include "http/bell.h"
#include "store/screen.h"

/* Topics: what agents poll for, "agent:<uuid>"; people's screens, "user:<uuid>" and "tenant:<uuid>". */
#define AGENT 'a'
#define USER 'u'
#define LOOKED_FOR "aut"

/* How often screens are told about agents that are gone. */
#define SWEEP_INTERVAL (5 * GW_USEC_PER_SEC)
/* What was written before the last look may have been committed after it. */
#define LOOK_MARGIN (2 * GW_USEC_PER_SEC)
/* How far back a look goes at most; whoever was away for longer hears that the connection is new. */
#define LOOK_MAX (60 * GW_USEC_PER_SEC)

/* Of the bell's one thread. */
static struct {
	int64_t swept, looked; /* gw_monotonic() */
	struct gw_screen_look last;
} screens;

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
	gw_wake_others(LOOKED_FOR);
}

/* For screens that nobody told: who rings may die between the commit and the ring. Faults are logged by the store. */
static void look(void *context)
{
	const struct gw_gateway *gateway = context;
	int64_t now = gw_monotonic();
	int64_t back = now - screens.looked + LOOK_MARGIN;
	struct gw_uuid id;

	screens.looked = now;
	if (gw_waiting_ids(USER, &id, 1) == 0)
		return;
	if (now - screens.swept >= SWEEP_INTERVAL) {
		screens.swept = now;
		if (gw_screen_sweep(gateway->db, gateway->config->online_after) != GW_OK)
			return;
	}
	(void)!gw_screen_recent(gateway->db, back < LOOK_MAX ? back : LOOK_MAX, &screens.last,
				gw_wake_in_turn);
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
	.look = look,
	.tested = tested,
	.agents = agents,
	.waiting = waiting,
};
