/*
 * gateway.c: see gateway.h.
 */
#include "gateway/gateway.h"

const struct gw_gateway *gw_gateway_of(const struct gw_request *request)
{
	return request->context;
}
