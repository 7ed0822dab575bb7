/* SPDX-License-Identifier: ISC */
/*
 * doctor_url.c: public_url, under which agents and people find the gateway: set, with TLS, and a path only if the web server knows it.
 */
#include "admin/doctor.h"

#include "channels/transfer.h"

#include <curl/curl.h>

#define MEND_MAX 1200

static bool is_this_host(const char *host)
{
	return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
	       strcmp(host, "[::1]") == 0;
}

static size_t drop(char *data, size_t size, size_t count, void *arg)
{
	(void)data;
	(void)arg;
	return size * count;
}

/* Whether the gateway is on a path of its own, as the shipped files say how. */
static bool answers_at(struct gw_doctor *doctor, const char *url)
{
	CURL *curl = gw_doctor_request(doctor, url, "/api/gateway/health", NULL);
	long status = 0;

	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
	(void)curl_easy_perform(curl);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	gw_transfer_end(curl, false);
	/* also of one that is not well */
	return status == 200 || status == 503;
}

static void check_parts(struct gw_doctor *doctor, const char *url, const char *scheme,
			const char *host, const char *path)
{
	char mend[MEND_MAX];
	int before = doctor->failures;

	if (strcmp(path, "/") != 0 && *path != '\0' && !answers_at(doctor, url))
		gw_doctor_say(doctor, GW_FINDING_BAD, "public_url",
			      "take the path away, or have the web server lead it to the gateway "
			      "(clawgw-page.conf says how)",
			      "%s has a path (%s), and no gateway answers there", url, path);
	if (strcmp(scheme, "http") == 0 && !is_this_host(host)) {
		(void)snprintf(mend, sizeof(mend),
			       "let the web server speak TLS and set public_url = https://%s",
			       host);
		gw_doctor_say(doctor, GW_FINDING_BAD, "public_url", mend,
			      "%s has no TLS: everybody on the way can read agents' keys", url);
	}
	if (doctor->failures == before)
		gw_doctor_say(doctor, GW_FINDING_GOOD, "public_url", NULL, "%s", url);
}

void gw_doctor_url(struct gw_doctor *doctor)
{
	const char *url = doctor->admin->config.public_url;
	CURLU *parts = NULL;
	char *scheme = NULL;
	char *host = NULL;
	char *path = NULL;
	char mend[MEND_MAX];

	if (*url == '\0') {
		(void)snprintf(mend, sizeof(mend),
			       "set public_url in %s to the address that agents use, such as "
			       "https://gateway.example.org",
			       gw_doctor_config_file(doctor->admin));
		gw_doctor_say(
			doctor,
			gw_admin_option(doctor->admin, "url") != NULL ? GW_FINDING_NOTE
								      : GW_FINDING_BAD,
			"public_url", mend,
			"public_url is not set: guides and links lead nowhere, or to the host "
			"that a request named");
		return;
	}
	parts = curl_url();
	if (parts == NULL || curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    curl_url_get(parts, CURLUPART_PATH, &path, 0) != CURLUE_OK)
		gw_doctor_say(doctor, GW_FINDING_BAD, "public_url",
			      "write it as https://gateway.example.org", "%s is no address", url);
	else
		check_parts(doctor, url, scheme, host, path);
	curl_free(scheme);
	curl_free(host);
	curl_free(path);
	curl_url_cleanup(parts);
}
