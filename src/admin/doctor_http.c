/* SPDX-License-Identifier: ISC */
/*
 * doctor_http.c: the gateway as its agents meet it: through the public address and every server in between.
 *
 * Works with an agent that exists only meanwhile, so that nothing of anybody's is touched.
 */
#include "admin/doctor.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/jwt.h"
#include "channels/transfer.h"
#include "base/json.h"

#define URL_SIZE 1024
#define HEADER_SIZE 4096
#define REPLY_MAX 65536
#define BODY_OVER 8192 /* how much is too much */

struct probe {
	struct gw_doctor *doctor;
	const char *base;
	struct gw_uuid agent;
	char key[GW_AGENT_KEY_SIZE];
	long status; /* of the last answer; 0: there was none, and `why` says why */
	const char *why;
	CURLcode code;
	struct gw_buf body;
};

static size_t collect(char *data, size_t size, size_t count, void *arg)
{
	struct gw_buf *body = arg;

	gw_buf_add(body, data, size * count);
	return size * count; /* what is too long is cut, and read all the same */
}

/* POSTs to a path below /api/gateway with one header besides the usual ones. */
static void post(struct probe *probe, const char *path, const char *header, struct gw_str body)
{
	struct curl_slist *headers = NULL;
	CURL *curl = NULL;
	char whole[URL_SIZE];
	CURLcode code = CURLE_OK;

	(void)snprintf(whole, sizeof(whole), "/api/gateway%s", path);
	headers = curl_slist_append(headers, "Content-Type: application/json");
	headers = curl_slist_append(headers, "Expect:");
	headers = curl_slist_append(headers, header);
	curl = gw_doctor_request(probe->doctor, probe->base, whole, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &probe->body);
	gw_buf_reset(&probe->body);
	probe->status = 0;
	code = curl_easy_perform(curl);
	/* a server may answer and close before it has read everything */
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &probe->status);
	probe->why = gw_transfer_strerror(code);
	probe->code = code;
	gw_transfer_end(curl, false);
	curl_slist_free_all(headers);
}

static bool answer_has(const struct probe *probe, const char *text)
{
	return probe->body.len > 0 && strstr(probe->body.data, text) != NULL;
}

/* What to do where no answer came at all. */
static const char *advice_without_answer(CURLcode code)
{
	switch ((int)code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "correct the host name in public_url (or --url), or its entry in the DNS";
	case CURLE_COULDNT_CONNECT:
		return "start the web server (systemctl start nginx, or apache2), and let the "
		       "firewall pass its port";
	case CURLE_PEER_FAILED_VERIFICATION:
		return "let the web server send a certificate for this host name that has not "
		       "expired, with those between it and its authority; a private authority's "
		       "own goes into ca_file";
	case CURLE_SSL_CONNECT_ERROR:
		return "let the web server speak TLS on this port (listen 443 ssl, SSLEngine on)";
	default:
		return "check public_url (or --url), the web server and the firewall; the web "
		       "server's error log may say more";
	}
}

/* False: nothing else needs to be tried. */
static bool check_heartbeat(struct probe *probe)
{
	char header[HEADER_SIZE];
	const char *advice = "compare the web server's configuration with the shipped one; its "
			     "error log may say more";

	(void)snprintf(header, sizeof(header), "X-Api-Key: %s", probe->key);
	post(probe, "/heartbeat", header, GW_STR_LIT(""));
	gw_secret_wipe(header, sizeof(header));
	if (probe->status == 200 && answer_has(probe, "\"status\":\"ok\"")) {
		gw_doctor_say(probe->doctor, GW_FINDING_GOOD, "heartbeat", NULL,
			      "%s answers, and passes X-Api-Key on", probe->base);
		return true;
	}
	if (probe->status == 0)
		gw_doctor_say(probe->doctor, GW_FINDING_BAD, "heartbeat",
			      advice_without_answer(probe->code), "%s: %s", probe->base,
			      probe->why);
	else if (probe->status >= 300 && probe->status < 400)
		gw_doctor_say(probe->doctor, GW_FINDING_BAD, "heartbeat",
			      "set public_url to the address that the web server redirects to: "
			      "agents' requests are not sent again",
			      "%s answers %ld, which leads elsewhere", probe->base, probe->status);
	else if (probe->status == 404)
		gw_doctor_say(probe->doctor, GW_FINDING_BAD, "heartbeat",
			      "include the shipped file in the server (nginx) or virtual host "
			      "(Apache) of this name; and let public_url have no path",
			      "%s answers 404: it does not know /api/gateway", probe->base);
	else if (probe->status == 422)
		gw_doctor_say(probe->doctor, GW_FINDING_BAD, "heartbeat",
			      "the web server, or a proxy before it, drops X-Api-Key: let it pass",
			      "%s answers 422", probe->base);
	else if (probe->status == 401)
		gw_doctor_say(probe->doctor, GW_FINDING_BAD, "heartbeat",
			      "the responders use another database than this program, or the key "
			      "(--key) is wrong",
			      "%s does not know the key", probe->base);
	else if (probe->status == 502 || probe->status == 503 || probe->status == 504)
		gw_doctor_say(probe->doctor, GW_FINDING_BAD, "heartbeat",
			      "start the responders; check their sockets and their database_url",
			      "%s answers %ld", probe->base, probe->status);
	else
		gw_doctor_say(probe->doctor, GW_FINDING_BAD, "heartbeat", advice,
			      "%s answers %ld to a heartbeat", probe->base, probe->status);
	return false;
}

/* A header that the gateway must accept as somebody's; false if there is no secret or nobody. */
static bool authorization(const struct probe *probe, char *header, size_t size)
{
	const struct gw_config *config = &probe->doctor->admin->config;
	const struct gw_params none = GW_PARAMS_EMPTY;
	const int64_t now = gw_now() / GW_USEC_PER_SEC;
	struct gw_rows *rows = NULL;
	struct gw_uuid user;
	struct gw_buf token;
	bool found = false;

	if (*config->admin_token != '\0') {
		(void)snprintf(header, size, "Authorization: Bearer %s", config->admin_token);
		return true;
	}
	if (*config->jwt_secret == '\0' ||
	    gw_db_exec(probe->doctor->admin->db, GW_STATEMENT_USER_ACTIVE, &none, &rows) != GW_OK)
		return false;
	found = gw_rows_count(rows) > 0 && gw_rows_uuid(rows, 0, 0, &user);
	gw_rows_free(rows);
	if (!found)
		return false;
	gw_buf_init(&token, 2048);
	gw_jwt_sign(&token, gw_str(config->jwt_secret), &user, now, now + 60);
	(void)snprintf(header, size, "Authorization: Bearer %s", token.data);
	gw_buf_release(&token);
	return true;
}

/* The key of the agent that exists only meanwhile is replaced, or refused to somebody who is known: either shows the header. */
static void check_authorization(struct probe *probe)
{
	char header[HEADER_SIZE];
	char id[GW_UUID_TEXT_SIZE];
	char path[100];

	if (!authorization(probe, header, sizeof(header))) {
		gw_doctor_say(probe->doctor, GW_FINDING_NOTE, "authorization", NULL,
			      "not tried: needs admin_token, or jwt_secret and a user");
		return;
	}
	(void)snprintf(path, sizeof(path), "/agents/%s/api-key", gw_uuid_format(&probe->agent, id));
	post(probe, path, header, GW_STR_LIT(""));
	gw_secret_wipe(header, sizeof(header));
	gw_secret_wipe(probe->body.data, probe->body.len);
	if (probe->status == 200 || probe->status == 403)
		gw_doctor_say(probe->doctor, GW_FINDING_GOOD, "authorization", NULL,
			      "the header Authorization is passed on");
	else if (probe->status == 401)
		gw_doctor_say(
			probe->doctor, GW_FINDING_BAD, "authorization",
			"Apache needs `CGIPassAuth On'; and all programs the same jwt_secret and "
			"admin_token",
			"a good token is answered 401: the header Authorization does not arrive");
	else
		gw_doctor_say(probe->doctor, GW_FINDING_BAD, "authorization", NULL,
			      "a good token is answered %ld (%s)", probe->status,
			      probe->status == 0 ? probe->why : "not 200, 401 or 403");
}

/* A body of `size` bytes that the gateway refuses with 422 once it has read all of it. */
static void post_body(struct probe *probe, size_t size)
{
	static const char start[] = "{\"target\":\"\",\"content\":\"\"";
	char header[HEADER_SIZE];
	struct gw_buf body;
	char *room = NULL;

	gw_buf_init(&body, size);
	gw_buf_add_c(&body, start);
	room = gw_buf_reserve(&body, size - sizeof(start));
	if (room != NULL) {
		memset(room, ' ', size - sizeof(start));
		gw_buf_added(&body, size - sizeof(start));
	}
	gw_buf_add_char(&body, '}');
	(void)snprintf(header, sizeof(header), "X-Api-Key: %s", probe->key);
	post(probe, "/send-message", header, gw_buf_str(&body));
	gw_secret_wipe(header, sizeof(header));
	gw_buf_release(&body);
}

static void check_body_limit(struct probe *probe)
{
	const size_t limit = (size_t)probe->doctor->admin->config.max_body_bytes;

	post_body(probe, limit);
	if (probe->status != 422) {
		gw_doctor_say(probe->doctor, GW_FINDING_BAD, "body limit",
			      "raise client_max_body_size (nginx), LimitRequestBody and "
			      "FcgidMaxRequestLen (Apache) "
			      "above max_body_bytes",
			      "a body of max_body_bytes (%zu) is answered %ld%s%s", limit,
			      probe->status, probe->status == 0 ? ": " : "",
			      probe->status == 0 ? probe->why : "");
		return;
	}
	post_body(probe, limit + BODY_OVER);
	if (probe->status == 413)
		gw_doctor_say(probe->doctor, GW_FINDING_GOOD, "body limit", NULL,
			      "%zu bytes pass, more is refused", limit);
	else
		gw_doctor_say(probe->doctor, GW_FINDING_BAD, "body limit",
			      "let all programs have the same max_body_bytes",
			      "a body above max_body_bytes is answered %ld, not 413",
			      probe->status);
}

static void probe_all(struct probe *probe)
{
	if (!check_heartbeat(probe))
		return;
	check_body_limit(probe);
	gw_doctor_page(probe->doctor, probe->base);
	/* last: it may change the key */
	check_authorization(probe);
}

void gw_doctor_http(struct gw_doctor *doctor)
{
	const struct gw_admin *admin = doctor->admin;
	const char *url = gw_admin_option(admin, "url");
	const char *given = gw_admin_option(admin, "key");
	struct probe probe = {.doctor = doctor,
			      .base = url != NULL ? url : admin->config.public_url};
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_params end = GW_PARAMS_EMPTY;
	char digest[GW_SHA256_HEX_SIZE];

	if (*probe.base == '\0') {
		gw_doctor_say(doctor, GW_FINDING_NOTE, "heartbeat", NULL,
			      "not tried without an address");
		return;
	}
	probe.agent = gw_uuid_random();
	gw_agent_key_new(probe.key);
	gw_params_uuid(&params, &probe.agent);
	gw_params_text_c(&params, gw_sha256_hex(gw_str(probe.key), digest));
	gw_params_uuid(&end, &probe.agent);
	if (gw_db_run(admin->db, GW_STATEMENT_AGENT_PROBE, &params) != GW_OK) {
		gw_doctor_say(doctor, GW_FINDING_BAD, "heartbeat",
			      "let the role write the table agents",
			      "no agent can be made to try with: %s", gw_db_last_message());
		return;
	}
	gw_buf_init(&probe.body, REPLY_MAX);
	if (given != NULL)
		(void)snprintf(probe.key, sizeof(probe.key), "%s", given);
	probe_all(&probe);
	if (gw_db_run(admin->db, GW_STATEMENT_AGENT_PROBE_END, &end) != GW_OK)
		gw_doctor_say(
			doctor, GW_FINDING_BAD, "heartbeat",
			"run doctor again later: it takes away what an earlier one left behind",
			"the agent that it was tried with could not be removed: %s",
			gw_db_last_message());
	gw_secret_wipe(probe.key, sizeof(probe.key));
	gw_buf_release(&probe.body);
}
