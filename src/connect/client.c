/* SPDX-License-Identifier: ISC */
/*
 * client.c: see client.h.
 */
#include "connect/client.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "connect/files.h"

#include <ctype.h>
#include <curl/curl.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONNECT_SECONDS 15L
#define RETRY_AFTER_MAX INT64_C(3600)
#define KEY_MAX 512

struct gw_call {
	struct gw_call *next, *previous;
	CURL *easy;
	struct curl_slist *headers;
	char *body;
	struct gw_buf answer;
	struct gw_reply reply;
	gw_client_done *done;
	void *arg;
	int64_t started;
	char error[CURL_ERROR_SIZE];
};

struct gw_client {
	CURLM *multi;
	struct gw_client_options options;
	char *key; /* the whole header line */
	struct gw_call *calls;
	char *proxy;           /* NULL: libcurl decides */
	const char *ca_folder; /* NULL: libcurl's choice of certificates */
};

enum gw_err gw_client_read_key(struct gw_client *client)
{
	static const char header[] = "X-Api-Key:";
	struct gw_buf text;
	struct gw_str key;
	struct stat status;
	enum gw_err err = GW_OK;

	gw_buf_init(&text, KEY_MAX);
	if (!gw_file_read(AT_FDCWD, client->options.key_file, &text)) {
		int error = errno;

		gw_log_error("the key file %s cannot be read: %s", client->options.key_file,
			     gw_buf_overflowed(&text) ? "it is too long" : strerror(error));
		err = gw_errno_passes(error) ? GW_INTERNAL : GW_INVALID;
		goto out;
	}
	if (stat(client->options.key_file, &status) == 0 && (status.st_mode & 077) != 0)
		gw_log_warning("others may read the key file %s: chmod 600 %s",
			       client->options.key_file, client->options.key_file);
	key = gw_str_trim(gw_buf_str(&text));
	if (key.len > strlen(header) && strncasecmp(key.data, header, strlen(header)) == 0)
		key = gw_str_trim(
			(struct gw_str){key.data + strlen(header), key.len - strlen(header)});
	for (size_t i = 0; i < key.len && err == GW_OK; i++) {
		if (!isgraph((unsigned char)key.data[i]))
			err = GW_INVALID;
	}
	if (key.len == 0 || err != GW_OK) {
		gw_log_error("the key file %s holds no key: one line, oc-…",
			     client->options.key_file);
		err = GW_INVALID;
		goto out;
	}
	gw_secret_free(client->key);
	client->key = NULL;
	{
		struct gw_buf line;

		gw_buf_init(&line, KEY_MAX + sizeof(header) + 2);
		gw_buf_addf(&line, "X-Api-Key: %.*s", (int)key.len, key.data);
		client->key = gw_buf_detach(&line);
	}
out:
	gw_secret_wipe(text.data, text.len);
	gw_buf_release(&text);
	return err;
}

/*
 * libcurl knows http_proxy in small letters only, because the environment of a CGI program holds a header of the client as
 * HTTP_PROXY (CVE-2016-5385). This is no CGI program.
 */
static char *choose_proxy(const struct gw_client_options *options)
{
	const char *variable = getenv("HTTP_PROXY");

	if (options->proxy != NULL)
		return gw_xstrdup(options->proxy);
	if (strncmp(options->url, "http://", 7) != 0 || getenv("http_proxy") != NULL ||
	    variable == NULL || variable[0] == '\0' || getenv("REQUEST_METHOD") != NULL)
		return NULL;
	return gw_xstrdup(variable);
}

/*
 * Debian's bundle of all certificates takes OpenSSL some megabytes; from its folder of the same, by their hashes, only those
 * that are needed are read. NULL: there is none.
 */
static const char *choose_ca_folder(const struct gw_client_options *options)
{
	static const char path[] = "/etc/ssl/certs";
	const struct dirent *entry = NULL;
	bool has_hashes = false;
	DIR *folder = NULL;

	if (options->ca_file != NULL || getenv("SSL_CERT_FILE") != NULL)
		return NULL;
	folder = opendir(path);
	while (!has_hashes && folder != NULL && (entry = readdir(folder)) != NULL)
		has_hashes = strspn(entry->d_name, "0123456789abcdef") == 8 &&
			     strcmp(entry->d_name + 8, ".0") == 0;
	if (folder != NULL)
		closedir(folder);
	return has_hashes ? path : NULL;
}

static void make_multi(struct gw_client *client)
{
	client->multi = curl_multi_init();
	if (client->multi == NULL)
		abort();
	(void)curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, 4L);
}

enum gw_err gw_client_new(const struct gw_client_options *options, struct gw_client **ret_client)
{
	struct gw_client *client = gw_xcalloc(1, sizeof(*client));
	enum gw_err err = GW_OK;

	client->options = *options;
	client->proxy = choose_proxy(options);
	client->ca_folder = choose_ca_folder(options);
	if (options->key_file != NULL)
		err = gw_client_read_key(client);
	if (err == GW_OK) {
		(void)curl_global_init(CURL_GLOBAL_DEFAULT);
		make_multi(client);
		*ret_client = client;
	} else {
		gw_client_free(client);
	}
	return err;
}

void gw_client_drop(struct gw_client *client, struct gw_call *call)
{
	if (call == NULL)
		return;
	if (call->previous != NULL)
		call->previous->next = call->next;
	else
		client->calls = call->next;
	if (call->next != NULL)
		call->next->previous = call->previous;
	(void)curl_multi_remove_handle(client->multi, call->easy);
	curl_easy_cleanup(call->easy);
	for (struct curl_slist *line = call->headers; line != NULL; line = line->next)
		gw_secret_wipe(line->data, strlen(line->data));
	curl_slist_free_all(call->headers);
	gw_buf_release(&call->answer);
	free(call->body);
	free(call);
}

void gw_client_free(struct gw_client *client)
{
	if (client == NULL)
		return;
	while (client->calls != NULL)
		gw_client_drop(client, client->calls);
	if (client->multi != NULL)
		curl_multi_cleanup(client->multi);
	gw_secret_free(client->key);
	free(client->proxy);
	free(client);
}

static bool header_is(struct gw_str line, const char *name, struct gw_str *ret_value)
{
	size_t len = strlen(name);

	if (line.len <= len || strncasecmp(line.data, name, len) != 0 || line.data[len] != ':')
		return false;
	*ret_value = gw_str_trim((struct gw_str){line.data + len + 1, line.len - len - 1});
	return true;
}

static size_t on_header(char *data, size_t size, size_t count, void *arg)
{
	struct gw_call *call = arg;
	struct gw_str line = {data, size * count};
	struct gw_str value = GW_STR_NULL;
	int64_t seconds = 0;

	if (line.len > 5 && memcmp(data, "HTTP/", 5) == 0) {
		/* of several heads (100, a proxy's) the last counts */
		call->reply.receipt[0] = '\0';
		call->reply.location[0] = '\0';
		call->reply.retry_after = 0;
		call->reply.waited = false;
	} else if (header_is(line, "X-Gateway-Receipt", &value)) {
		if (value.len < sizeof(call->reply.receipt)) {
			memcpy(call->reply.receipt, value.data, value.len);
			call->reply.receipt[value.len] = '\0';
		}
	} else if (header_is(line, "Location", &value)) {
		(void)snprintf(call->reply.location, sizeof(call->reply.location), "%.*s",
			       (int)(value.len < 190 ? value.len : 190), value.data);
	} else if (header_is(line, "Preference-Applied", &value)) {
		call->reply.waited = value.len >= 5 && strncasecmp(value.data, "wait=", 5) == 0;
	} else if (header_is(line, "Retry-After", &value)) {
		if (gw_parse_int64(value, 0, INT32_MAX, &seconds))
			call->reply.retry_after =
				(seconds < RETRY_AFTER_MAX ? seconds : RETRY_AFTER_MAX) *
				GW_USEC_PER_SEC;
	}
	return line.len;
}

static size_t on_data(char *data, size_t size, size_t count, void *arg)
{
	struct gw_call *call = arg;

	gw_buf_add(&call->answer, data, size * count);
	return gw_buf_overflowed(&call->answer) ? 0 : size * count;
}

static void set_up(struct gw_client *client, struct gw_call *call, const char *url, int seconds)
{
	CURL *easy = call->easy;

	(void)curl_easy_setopt(easy, CURLOPT_URL, url);
	(void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	/* the key goes to the address that the owner gave, wherever that one sends us */
	(void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	(void)curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	/* several connections that end by themselves, rather than one on which everything hangs when it is dead */
	(void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	(void)curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)seconds);
	(void)curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
	(void)curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 15L);
	(void)curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 16384L);
	(void)curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	(void)curl_easy_setopt(easy, CURLOPT_USERAGENT, "clawgw-connect/" PACKAGE_VERSION);
	(void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->error);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_data);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	(void)curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* a name server that never answers must not hold up the rest */
	(void)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
	if (client->options.ca_file != NULL) {
		(void)curl_easy_setopt(easy, CURLOPT_CAINFO, client->options.ca_file);
		(void)curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	} else if (client->ca_folder != NULL) {
		(void)curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
		(void)curl_easy_setopt(easy, CURLOPT_CAPATH, client->ca_folder);
	} else if (getenv("SSL_CERT_FILE") != NULL) {
		(void)curl_easy_setopt(easy, CURLOPT_CAINFO, getenv("SSL_CERT_FILE"));
	}
	if (client->proxy != NULL)
		(void)curl_easy_setopt(easy, CURLOPT_PROXY, client->proxy);
}

struct gw_call *gw_client_call(struct gw_client *client, const char *path, struct gw_str body,
			       int seconds, gw_client_done *done, void *arg)
{
	struct gw_call *call = gw_xcalloc(1, sizeof(*call));
	struct gw_buf url;

	gw_buf_init(&url, 8192);
	gw_buf_add_c(&url, client->options.url);
	gw_buf_add_c(&url, path);
	gw_buf_init(&call->answer, GW_CLIENT_BODY_MAX);
	call->done = done;
	call->arg = arg;
	call->started = gw_monotonic();
	call->easy = curl_easy_init();
	if (call->easy == NULL)
		abort();
	set_up(client, call, url.data, seconds);
	if (client->key != NULL)
		call->headers = curl_slist_append(call->headers, client->key);
	call->headers = curl_slist_append(call->headers, "Accept: application/json");
	if (body.data != NULL) {
		call->headers = curl_slist_append(call->headers, "Content-Type: application/json");
		call->headers = curl_slist_append(call->headers, "Expect:");
		call->body = gw_str_dup(body);
		(void)curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, call->body);
		(void)curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE_LARGE,
				       (curl_off_t)body.len);
	}
	(void)curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
	call->next = client->calls;
	if (call->next != NULL)
		call->next->previous = call;
	client->calls = call;
	(void)curl_multi_add_handle(client->multi, call->easy);
	gw_buf_release(&url);
	return call;
}

void gw_client_let_go(struct gw_call *call)
{
	if (call != NULL)
		call->done = NULL;
}

void gw_client_reset(struct gw_client *client, const char *trouble)
{
	while (client->calls != NULL) {
		struct gw_call *call = client->calls;

		call->reply.status = 0;
		call->reply.trouble = trouble;
		call->reply.took = gw_monotonic() - call->started;
		if (call->done != NULL)
			call->done(call->arg, &call->reply);
		gw_client_drop(client, call);
	}
	(void)curl_multi_cleanup(client->multi);
	make_multi(client);
}

bool gw_client_is_private(const struct gw_client_options *options)
{
	static const char *const near[] = {"http://localhost", "http://127.", "http://[::1]"};

	for (size_t i = 0; i < GW_ARRAY_LEN(near); i++) {
		if (strncmp(options->url, near[i], strlen(near[i])) == 0)
			return true;
	}
	return strncmp(options->url, "https://", 8) == 0;
}

static void finish(struct gw_client *client, CURL *easy, CURLcode result)
{
	char *private = NULL;
	struct gw_call *call = NULL;
	long status = 0;

	(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
	(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	call = (struct gw_call *)(void *)private;
	call->reply.took = gw_monotonic() - call->started;
	call->reply.trouble = "";
	if (result == CURLE_OK) {
		call->reply.status = (int)status;
		call->reply.body = gw_buf_str(&call->answer);
	} else {
		call->reply.trouble = gw_buf_overflowed(&call->answer) ? "the answer is too long"
				      : call->error[0] != '\0'         ? call->error
								       : curl_easy_strerror(result);
	}
	if (call->done != NULL)
		call->done(call->arg, &call->reply);
	gw_client_drop(client, call);
}

void gw_client_run(struct gw_client *client, int fd, int64_t timeout)
{
	struct curl_waitfd extra = {.fd = fd, .events = CURL_WAIT_POLLIN};
	int64_t milliseconds = timeout <= 0 ? 0 : timeout / 1000 + 1;
	const CURLMsg *message = NULL;
	int running = 0;
	int left = 0;

	(void)curl_multi_perform(client->multi, &running);
	message = curl_multi_info_read(client->multi, &left);
	if (message == NULL) {
		(void)curl_multi_poll(client->multi, &extra, fd >= 0 ? 1 : 0,
				      milliseconds > 60000 ? 60000 : (int)milliseconds, NULL);
		(void)curl_multi_perform(client->multi, &running);
		message = curl_multi_info_read(client->multi, &left);
	}
	for (; message != NULL; message = curl_multi_info_read(client->multi, &left)) {
		if (message->msg == CURLMSG_DONE)
			finish(client, message->easy_handle, message->data.result);
	}
}
