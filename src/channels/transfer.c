/* SPDX-License-Identifier: ISC */
/*
 * transfer.c: see transfer.h.
 */
#include "channels/transfer.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/hosts.h"
#include "base/text.h"

#include <pthread.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#define POOL_MAX 8
#define RETRY_AFTER_MAX 86400 /* seconds; more is not believed */

/* Handles at rest, with the connections they keep open. */
static struct {
	pthread_once_t once;
	pthread_mutex_t lock;
	CURL *idle[POOL_MAX];
	unsigned count;
} pool = {.once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};

static void forget_pool(void)
{
	while (pool.count > 0)
		curl_easy_cleanup(pool.idle[--pool.count]);
}

static void start_curl(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	(void)atexit(forget_pool);
}

static CURL *take_handle(void)
{
	CURL *curl = NULL;

	pthread_once(&pool.once, start_curl);
	pthread_mutex_lock(&pool.lock);
	if (pool.count > 0)
		curl = pool.idle[--pool.count];
	pthread_mutex_unlock(&pool.lock);
	if (curl == NULL)
		curl = curl_easy_init();
	if (curl == NULL)
		gw_out_of_memory(0);
	return curl;
}

CURL *gw_transfer_begin(const struct gw_config *config, const char *protocols, int64_t deadline)
{
	int64_t left = deadline - gw_monotonic();
	CURL *curl = take_handle();

	if (left > GW_TRANSFER_TIMEOUT)
		left = GW_TRANSFER_TIMEOUT;
	if (left < 1000)
		left = 1000; /* libcurl takes 0 for "no limit" */
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	/* a thread that resolves a name which nobody answers for is not waited for */
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
			 (long)(GW_TRANSFER_CONNECT_TIMEOUT / 1000));
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(left / 1000));
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (config->ca_file[0] != '\0') {
		curl_easy_setopt(curl, CURLOPT_CAINFO, config->ca_file);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	return curl;
}

void gw_transfer_extend(CURL *curl, int64_t deadline)
{
	int64_t left = deadline - gw_monotonic();

	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, left < 1000 ? 1L : (long)(left / 1000));
}

void gw_transfer_end(CURL *curl, bool keep)
{
	curl_easy_reset(curl); /* forgets options and secrets, keeps connections */
	pthread_mutex_lock(&pool.lock);
	if (keep && pool.count < POOL_MAX) {
		pool.idle[pool.count++] = curl;
		curl = NULL;
	}
	pthread_mutex_unlock(&pool.lock);
	curl_easy_cleanup(curl);
}

const char *gw_transfer_strerror(CURLcode code)
{
	static const struct {
		CURLcode code;
		const char *text;
	} table[] = {
		{CURLE_COULDNT_RESOLVE_HOST, "the server's name cannot be resolved"},
		{CURLE_COULDNT_CONNECT, "the server cannot be reached"},
		{CURLE_OPERATION_TIMEDOUT, "the server did not answer in time"},
		{CURLE_PEER_FAILED_VERIFICATION, "the server's certificate is not trusted"},
		{CURLE_SSL_CACERT_BADFILE, "ca_file cannot be read"},
		{CURLE_SSL_CONNECT_ERROR, "no TLS connection could be made"},
		{CURLE_USE_SSL_FAILED, "the server offers no TLS"},
		{CURLE_GOT_NOTHING, "the server closed the connection without an answer"},
		{CURLE_RECV_ERROR, "the connection broke"},
		{CURLE_SEND_ERROR, "the connection broke"},
		{CURLE_PARTIAL_FILE, "the connection broke"},
		{CURLE_WRITE_ERROR, "the server's answer is too long"},
		{CURLE_LOGIN_DENIED, "the server refused user name and password"},
		{CURLE_URL_MALFORMAT, "the configured address is not a URL"},
		{CURLE_UNSUPPORTED_PROTOCOL,
		 "the configured address is not a URL that can be used"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(table); i++) {
		if (table[i].code == code)
			return table[i].text;
	}
	return curl_easy_strerror(code);
}

/* libcurl's write function: anything but size * count ends the transfer with CURLE_WRITE_ERROR. */
static size_t collect(char *data, size_t size, size_t count, void *arg)
{
	struct gw_buf *body = arg;

	gw_buf_add(body, data, size * count);
	return gw_buf_overflowed(body) ? 0 : size * count;
}

/* libcurl's header function, called with one line at a time. */
static size_t notice_header(char *line, size_t size, size_t count, void *arg)
{
	static const char *const names[] = {"Retry-After:", "x-ogw-ratelimit-reset:"};
	struct gw_http_reply *reply = arg;
	size_t len = size * count;
	int64_t seconds = 0;

	for (size_t i = 0; i < GW_ARRAY_LEN(names); i++) {
		size_t name_len = strlen(names[i]);
		struct gw_str value = GW_STR_NULL;

		if (len <= name_len || strncasecmp(line, names[i], name_len) != 0)
			continue;
		value = gw_str_trim((struct gw_str){line + name_len, len - name_len});
		if (gw_parse_int64(value, 0, RETRY_AFTER_MAX, &seconds) &&
		    seconds * GW_USEC_PER_SEC > reply->retry_after)
			reply->retry_after = seconds * GW_USEC_PER_SEC;
	}
	return len;
}

/*
 * libcurl's way to a socket, after the name was resolved and for every address anew: a name that is public when it is looked at and
 * private when it is connected to gets no further.
 */
static curl_socket_t open_public(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)arg;
	(void)purpose;
	if (!gw_address_is_public(&address->addr))
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* The rules for a URL that is not the operator's. False: it is not to be called at all. */
static bool confine(CURL *curl, const struct gw_config *config, const char *url)
{
	enum gw_reach reach =
		gw_url_reach(url, config->allow_http_hosts, config->allow_private_hosts);
	const char *proxy = gw_url_proxy(url);

	if (reach == GW_REACH_NOWHERE)
		return false;
	if (reach != GW_REACH_PUBLIC)
		return true;
	/* a kept connection was opened by other rules, perhaps */
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
	if (proxy != NULL) {
		/* the operator's; its own address may well be private */
		curl_easy_setopt(curl, CURLOPT_PROXY, proxy);
		curl_easy_setopt(curl, CURLOPT_NOPROXY, "");
	} else {
		curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_public);
		curl_easy_setopt(curl, CURLOPT_PROXY, "");
	}
	return true;
}

enum gw_err gw_http_post(const struct gw_config *config, const char *url, bool foreign,
			 const char *bearer, struct gw_str json, int64_t deadline,
			 struct gw_http_reply *reply, const char **ret_why)
{
	CURL *curl = gw_transfer_begin(config, "http,https", deadline);
	struct curl_slist *headers = NULL;
	struct gw_buf authorization;
	curl_off_t until_transfer = 0;
	CURLcode code = CURLE_OK;

	gw_buf_init(&authorization, 16384);
	headers = curl_slist_append(headers, "Content-Type: application/json; charset=utf-8");
	headers = curl_slist_append(headers, "Accept: application/json");
	headers = curl_slist_append(headers, "Expect:"); /* no waiting for 100 Continue */
	if (bearer != NULL) {
		gw_buf_addf(&authorization, "Authorization: Bearer %s", bearer);
		headers = curl_slist_append(headers, authorization.data);
	}
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "clawgw/" PACKAGE_VERSION);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json.data);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)json.len);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply->body);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, notice_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, reply);
	if (foreign && !confine(curl, config, url))
		code = CURLE_UNSUPPORTED_PROTOCOL;
	else
		code = curl_easy_perform(curl);
	(void)curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &until_transfer);
	reply->sent = until_transfer > 0;
	if (code == CURLE_OK)
		(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply->status);
	gw_transfer_end(curl, code == CURLE_OK);
	curl_slist_free_all(headers);
	gw_secret_wipe(authorization.data, authorization.len);
	gw_buf_release(&authorization);
	if (code == CURLE_OK)
		return GW_OK;
	/* of somebody else's address: not what answers there, or how */
	if (foreign && code != CURLE_UNSUPPORTED_PROTOCOL && !reply->sent)
		code = CURLE_COULDNT_CONNECT;
	*ret_why = gw_transfer_strerror(code);
	return GW_UPSTREAM;
}
