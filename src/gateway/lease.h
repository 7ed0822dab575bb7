/* SPDX-License-Identifier: ISC */
/*
 * lease.h: polls that wait, and messages whose lease ends meanwhile. Nobody rings for those.
 */
#ifndef GW_LEASE_H
#define GW_LEASE_H

#include "base/config.h"
#include "http/request.h"
#include "store/message.h"

struct gw_message_leases gw_leases(const struct gw_config *config);

/*
 * Before gw_request_wait(): has the handler called again as soon as a lease of one of the agent's messages ends. What the database says
 * otherwise.
 */
GW_MUST_CHECK enum gw_err gw_lease_look_again(struct gw_request *request,
					      const struct gw_uuid *agent);

#endif
