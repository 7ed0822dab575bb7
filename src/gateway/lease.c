/* SPDX-License-Identifier: ISC */
/*
 * lease.c: see lease.h.
 */
#include "gateway/lease.h"

#include "base/clock.h"
#include "gateway/gateway.h"

/* A lease is over when this much has passed since its end. */
#define SLACK (GW_USEC_PER_SEC / 100)

struct gw_message_leases gw_leases(const struct gw_config *config)
{
	return (struct gw_message_leases){config->handout_lease, config->delivery_lease};
}

enum gw_err gw_lease_look_again(struct gw_request *request, const struct gw_uuid *agent)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	const struct gw_message_leases leases = gw_leases(gateway->config);
	int64_t in = INT64_MAX;
	enum gw_err err = gw_message_due(gateway->db, agent, &leases, &in);

	if (err != GW_OK)
		return err;
	/* what another session gets while this one waits is due no sooner than a whole lease from now */
	if (leases.handout < in)
		in = leases.handout;
	if (leases.delivery > 0 && leases.delivery < in)
		in = leases.delivery;
	gw_request_look_again(request, gw_monotonic() + in + SLACK);
	return GW_OK;
}
