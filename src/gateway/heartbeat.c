/* SPDX-License-Identifier: ISC */
/*
 * heartbeat.c: POST /heartbeat. An agent says that it is alive; a body is ignored.
 */
#include "gateway/endpoints.h"

#include "gateway/caller.h"
#include "gateway/gateway.h"

enum gw_err gw_handle_heartbeat(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_invalid invalid;
	struct gw_caller caller;
	struct gw_uuid agent_id;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	err = gw_caller_agent(request, response, &invalid, &caller);
	if (err != GW_OK)
		goto out;
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_agent_heartbeat(gateway->db, &caller.key, gateway->config->seen_interval,
				 &agent_id);
	err = gw_caller_settle(&caller, request, response, err);
	if (err != GW_OK)
		goto out;
	gw_buf_add_c(&response->body, "{\"status\":\"ok\",\"agent_id\":");
	gw_json_add_uuid(&response->body, &agent_id);
	gw_buf_add_char(&response->body, '}');
out:
	gw_invalid_release(&invalid);
	return err;
}
