/*
 * gateway.c: see gateway.h.
 */
#include "gateway/gateway.h"

const struct gw_gateway *gw_gateway_of(const struct gw_request *request)
{
	return request->context;
}

enum gw_err gw_caller_settle(struct gw_request *request, struct gw_response *response,
			     enum gw_err err)
{
	if (err == GW_OK)
		request->authenticated = true;
	else if (err == GW_UNAUTHORIZED)
		return gw_response_error(response, GW_UNAUTHORIZED, "Invalid API key");
	return err;
}
