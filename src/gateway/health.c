/*
 * health.c: GET /health. Whether this installation can do its work: the database answers, it has the schema that this
 * program was built for, and jobs do not wait for a worker that is not there. Says no more than that; `clawgw-admin doctor`
 * does.
 */
#include "gateway/endpoints.h"

#include "base/clock.h"
#include "gateway/gateway.h"
#include "store/migration.h"
#include "store/overview.h"

/* Where cron starts the worker it comes every minute; twice missed, and something is wrong. */
#define PATIENCE (150 * GW_USEC_PER_SEC)

static enum gw_err refuse(struct gw_response *response, const char *why)
{
	gw_response_header(response, "Retry-After", "5");
	return gw_response_error(response, GW_UNAVAILABLE, "%s", why);
}

enum gw_err gw_handle_health(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	bool stalled = false;
	int version = 0;
	enum gw_err err = gw_migration_current(gateway->db, &version);

	if (err != GW_OK)
		return err;
	if (version != gw_migration_latest())
		return refuse(response, "The database's schema does not fit this program");
	err = gw_overview_stalled(gateway->db, PATIENCE, &stalled);
	if (err != GW_OK)
		return err;
	if (stalled)
		return refuse(response, "Jobs wait and no worker is alive");
	gw_buf_add_c(&response->body, "{\"status\":\"ok\"}");
	return GW_OK;
}
