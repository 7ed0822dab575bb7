/* SPDX-License-Identifier: ISC */
/*
 * refusals.h: how many agents' requests are refused, by the minute, for operators (clawgw.rollups).
 */
#ifndef GW_REFUSALS_H
#define GW_REFUSALS_H

#include "gateway/gateway.h"

/*
 * Notes the status of an answered request: 401 to somebody who is no person (a wrong key), or 429. Those of two seconds are written
 * together, by a thread that is there only meanwhile, or at the program's end; whatever is refused, a process writes no more often than that. A
 * database that is away loses them.
 */
void gw_refusals_note(const struct gw_gateway *gateway, const struct gw_request *request,
		      int status);

#endif
