/* SPDX-License-Identifier: ISC */
/*
 * doctor_request.c: requests to the gateway's public address.
 */
#include "admin/doctor.h"

#include "base/clock.h"
#include "channels/transfer.h"

#include <stdio.h>

#define URL_SIZE 1024

CURL *gw_doctor_request(const struct gw_doctor *doctor, const char *base, const char *path,
			struct curl_slist *headers)
{
	const char *socket = gw_admin_option(doctor->admin, "unix-socket");
	CURL *curl = gw_transfer_begin(&doctor->admin->config, "http,https",
				       gw_monotonic() + 30 * GW_USEC_PER_SEC);
	char url[URL_SIZE];

	(void)snprintf(url, sizeof(url), "%s%s", base, path);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "clawgw-admin/" PACKAGE_VERSION);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	if (socket != NULL)
		curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket);
	return curl;
}
