/*
 * health.c: GET /health. Whether this installation can do its work: the database answers and has the schema that
 * this program was built for. Says no more than that; `clawgw-admin doctor` does.
 */
#include "gateway/endpoints.h"

#include "gateway/gateway.h"
#include "store/migration.h"

enum gw_err gw_handle_health(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	int version = 0;
	enum gw_err err = gw_migration_current(gateway->db, &version);

	if (err == GW_OK && version != gw_migration_latest()) {
		gw_response_header(response, "Retry-After", "5");
		return gw_response_error(response, GW_UNAVAILABLE,
					 "The database's schema does not fit this program");
	}
	if (err != GW_OK)
		return err;
	gw_buf_add_c(&response->body, "{\"status\":\"ok\"}");
	return GW_OK;
}
