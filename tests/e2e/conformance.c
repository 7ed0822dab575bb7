/* SPDX-License-Identifier: ISC */
/*
 * conformance.c: every case of tests/cases over HTTP, through whatever web server is in front; TAP on standard output.
 *
 *   conformance [-s SOCKET] URL
 *
 * URL is scheme and host of the gateway (http://localhost), SOCKET a Unix socket to reach it by. CLAWGW_DATABASE_URL is
 * the gateway's database, which is migrated and then emptied and filled with the fixtures before each case; GW_SUPERUSER_URL, if it is
 * there, is how a superuser reaches it, who is quicker at that. Cases that need the Feishu stand-in run when GW_FEISHU=1; then the gateway
 * has to have it as its feishu_url.
 *
 * It starts no servers: that is for the scripts beside it.
 */
#include "base/alloc.h"
#include "base/log.h"
#include "lib/cases.h"
#include "lib/database.h"
#include "store/migration.h"

#include <curl/curl.h>
#include <libpq-fe.h>
#include <string.h>
#include <unistd.h>

#define TIMEOUT_SECONDS 60L
#define MAX_ANSWER ((size_t)256 * 1024 * 1024)
#define MAX_HEADERS ((size_t)256 * 1024)

struct client {
	const char *socket; /* NULL for TCP */
	const char *url;
	CURL *curl;
};

static size_t keep_bytes(char *data, size_t size, size_t count, void *arg)
{
	gw_buf_add(arg, data, size * count);
	return size * count;
}

/* An interim response (100 Continue) has headers too: only the last ones count. */
static size_t keep_header(char *data, size_t size, size_t count, void *arg)
{
	if (size * count > 5 && strncmp(data, "HTTP/", 5) == 0)
		gw_buf_reset(arg);
	return keep_bytes(data, size, count, arg);
}

static bool named(struct json_object *pair, const char *name)
{
	return strcasecmp(json_object_get_string(json_object_array_get_idx(pair, 0)), name) == 0;
}

/* What curl adds by itself is taken away unless the case has it. */
static struct curl_slist *request_headers(struct json_object *headers)
{
	static const char *const own[] = {"Content-Type", "Expect", "Accept", "User-Agent"};
	struct curl_slist *list = NULL;
	struct gw_buf line;

	gw_buf_init(&line, 64 * 1024);
	for (size_t i = 0; i < GW_ARRAY_LEN(own); i++) {
		gw_buf_reset(&line);
		gw_buf_addf(&line, "%s:", own[i]);
		list = curl_slist_append(list, line.data);
	}
	for (size_t i = 0; headers != NULL && i < json_object_array_length(headers); i++) {
		struct json_object *pair = json_object_array_get_idx(headers, i);
		const char *value = json_object_get_string(json_object_array_get_idx(pair, 1));

		gw_buf_reset(&line);
		gw_buf_addf(&line, value[0] == '\0' ? "%s;" : "%s: %s",
			    json_object_get_string(json_object_array_get_idx(pair, 0)), value);
		list = curl_slist_append(list, line.data);
	}
	gw_buf_release(&line);
	return list;
}

static bool has(struct json_object *headers, const char *name)
{
	for (size_t i = 0; headers != NULL && i < json_object_array_length(headers); i++) {
		if (named(json_object_array_get_idx(headers, i), name))
			return true;
	}
	return false;
}

struct upload {
	struct gw_str rest;
};

static size_t give_bytes(char *data, size_t size, size_t count, void *arg)
{
	struct upload *upload = arg;
	size_t len = size * count < upload->rest.len ? size * count : upload->rest.len;

	memcpy(data, upload->rest.data, len);
	upload->rest.data += len;
	upload->rest.len -= len;
	return len;
}

static void set_body(CURL *curl, const char *method, struct json_object *headers,
		     struct gw_str body, struct upload *upload)
{
	if (strcmp(method, "HEAD") == 0) {
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	} else if (has(headers, "Transfer-Encoding")) {
		upload->rest = body;
		curl_easy_setopt(curl, CURLOPT_POST, 1L);
		curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_bytes);
		curl_easy_setopt(curl, CURLOPT_READDATA, upload);
	} else if (body.len > 0 || strcmp(method, "POST") == 0) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.len > 0 ? body.data : "");
	}
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
}

static void send_over_http(void *arg, const char *method, const char *path,
			   struct json_object *headers, struct gw_str body,
			   struct gw_case_answer *ret_answer)
{
	struct client *client = arg;
	struct curl_slist *list = request_headers(headers);
	struct upload upload = {.rest = GW_STR_LIT("")};
	struct gw_buf url, head, text;
	long status = 0;
	CURLcode code;

	gw_buf_init(&url, 64 * 1024);
	gw_buf_init(&head, MAX_HEADERS);
	gw_buf_init(&text, MAX_ANSWER);
	gw_buf_addf(&url, "%s%s", client->url, path);
	curl_easy_reset(client->curl);
	if (client->socket != NULL)
		curl_easy_setopt(client->curl, CURLOPT_UNIX_SOCKET_PATH, client->socket);
	curl_easy_setopt(client->curl, CURLOPT_URL, url.data);
	curl_easy_setopt(client->curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(client->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(client->curl, CURLOPT_TIMEOUT, TIMEOUT_SECONDS);
	curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, keep_bytes);
	curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, &text);
	curl_easy_setopt(client->curl, CURLOPT_HEADERFUNCTION, keep_header);
	curl_easy_setopt(client->curl, CURLOPT_HEADERDATA, &head);
	set_body(client->curl, method, headers, body, &upload);
	code = curl_easy_perform(client->curl);
	if (code == CURLE_OK) {
		curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
	} else {
		gw_buf_reset(&text);
		gw_buf_add_c(&text, curl_easy_strerror(code));
	}
	ret_answer->status = (int)status;
	ret_answer->headers = gw_buf_detach(&head);
	ret_answer->body = gw_buf_detach(&text);
	curl_slist_free_all(list);
	gw_buf_release(&url);
}

static bool flag(struct json_object *item, const char *name)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(item, name, &value) && json_object_get_boolean(value);
}

/* A line of TAP ends with the line. */
static void one_line(char *text)
{
	for (; text != NULL && *text != '\0'; text++) {
		if (*text == '\n' || *text == '\r' || *text == '#')
			*text = ' ';
	}
}

/* The rows that each case begins with. */
static void begin_case(const char *conninfo, const char *fixtures)
{
	const char *superuser = getenv("GW_SUPERUSER_URL");

	if (superuser != NULL)
		gw_test_database_refresh(superuser);
	else
		gw_test_sql(conninfo, fixtures);
}

static void run_case(struct json_object *item, const char *conninfo, const char *fixtures,
		     struct client *client, unsigned number)
{
	const char *feishu = getenv("GW_FEISHU");
	struct gw_buf title, why;
	bool ok;

	gw_buf_init(&title, 4096);
	gw_buf_init(&why, MAX_ANSWER);
	gw_case_title(item, &title);
	one_line(title.data);
	if (flag(item, "feishu") && (feishu == NULL || strcmp(feishu, "1") != 0)) {
		(void)printf("ok %u - %s # SKIP needs the Feishu stand-in\n", number, title.data);
	} else {
		begin_case(conninfo, fixtures);
		ok = gw_case_run(item, conninfo, send_over_http, client, &why);
		(void)printf("%s %u - %s\n", ok ? "ok" : "not ok", number, title.data);
		if (!ok && why.len > 0) {
			one_line(why.data);
			(void)printf("# %.2000s\n", why.data);
		}
	}
	(void)fflush(stdout);
	gw_buf_release(&title);
	gw_buf_release(&why);
}

static unsigned run_file(const char *name, const char *conninfo, const char *fixtures,
			 struct client *client, unsigned number)
{
	struct json_object *list = gw_cases_load(name);

	for (size_t i = 0; i < json_object_array_length(list); i++)
		run_case(json_object_array_get_idx(list, i), conninfo, fixtures, client, ++number);
	json_object_put(list);
	return number;
}

static bool migrate(const char *conninfo)
{
	struct gw_db *db = gw_db_new(conninfo, "conformance", 1, 0);
	bool ok = gw_migration_apply(db, false, NULL, NULL) == GW_OK;

	gw_db_free(db);
	return ok;
}

int main(int argc, char **argv)
{
	static const char *const files[] = {"contract", "more", "fronts", "hints", "mcp"};
	const char *conninfo = getenv("CLAWGW_DATABASE_URL");
	struct client client = {.socket = NULL};
	char *fixtures = NULL;
	unsigned number = 0;
	int option;

	gw_log_init("conformance", GW_LOG_WARNING);
	while ((option = getopt(argc, argv, "s:")) == 's')
		client.socket = optarg;
	if (option != -1 || optind + 1 != argc || conninfo == NULL) {
		(void)fputs("usage: CLAWGW_DATABASE_URL=... conformance [-s SOCKET] URL\n", stderr);
		return 2;
	}
	client.url = argv[optind];
	/* emptying tables cascades, and PostgreSQL would say so each time */
	if (setenv("PGOPTIONS", "-c client_min_messages=warning", 1) != 0)
		return 2;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !migrate(conninfo)) {
		puts("Bail out! the database cannot be migrated");
		return 99;
	}
	client.curl = curl_easy_init();
	fixtures = gw_test_fixtures();
	for (size_t i = 0; i < GW_ARRAY_LEN(files); i++)
		number = run_file(files[i], conninfo, fixtures, &client, number);
	(void)printf("1..%u\n", number);
	free(fixtures);
	curl_easy_cleanup(client.curl);
	curl_global_cleanup();
	return 0;
}
