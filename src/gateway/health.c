/* SPDX-License-Identifier: ISC */
/*
 * health.c: GET /health. Whether this installation can do its work: the database takes what requests write, it has what the
 * statements need, and jobs do not wait for a worker that is not there. Says no more than that; `clawgw-admin doctor` does.
 */
#include "gateway/endpoints.h"

#include "base/clock.h"
#include "gateway/gateway.h"
#include "store/health.h"

/* Where cron starts the worker it comes every minute; twice missed, and something is wrong. */
#define PATIENCE (150 * GW_USEC_PER_SEC)

#define WHY_MAX 512

enum gw_err gw_handle_health(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_buf why;
	enum gw_err err = GW_OK;

	gw_buf_init(&why, WHY_MAX);
	err = gw_health_check(gateway->db, PATIENCE, &why);
	if (err == GW_OK && why.len > 0) {
		gw_response_header(response, "Retry-After", "5");
		err = gw_response_error(response, GW_UNAVAILABLE, "%s", why.data);
	} else if (err == GW_OK) {
		gw_buf_add_c(&response->body, "{\"status\":\"ok\"}");
	}
	gw_buf_release(&why);
	return err;
}
