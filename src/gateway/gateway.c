/* SPDX-License-Identifier: ISC */
/*
 * gateway.c: see gateway.h.
 */
#include "gateway/gateway.h"

#include "base/hosts.h"
#include "base/log.h"

#include <string.h>

#define ORIGIN_MAX 1024

const struct gw_gateway *gw_gateway_of(const struct gw_request *request)
{
	return request->context;
}

struct gw_str gw_gateway_prefix(const struct gw_config *config)
{
	const char *host = strstr(config->public_url, "://");
	struct gw_str path = gw_str(host != NULL ? strchr(host + 3, '/') : NULL);

	while (path.len > 0 && path.data[path.len - 1] == '/')
		path.len--;
	return path;
}

void gw_gateway_address(const struct gw_request *request, struct gw_buf *out)
{
	static const char own_names[] = "localhost 127.0.0.1 ::1";
	const struct gw_config *config = gw_gateway_of(request)->config;
	struct gw_str host = GW_STR_NULL;
	struct gw_buf origin;

	if (config->public_url[0] != '\0') {
		gw_buf_add_c(out, config->public_url);
		return;
	}
	gw_buf_init(&origin, ORIGIN_MAX);
	gw_request_origin(request, &origin);
	host = gw_url_host(gw_buf_str(&origin));
	if (gw_host_listed(own_names, host) || gw_host_listed(config->guide_hosts, host)) {
		gw_buf_add_str(out, gw_buf_str(&origin));
	} else {
		gw_log_warning(
			"a request names the host %.*s, which is not believed: set public_url, "
			"or list it in guide_hosts",
			(int)host.len, host.data != NULL ? host.data : "");
		gw_buf_add_c(out, "http://localhost");
	}
	gw_buf_release(&origin);
}
