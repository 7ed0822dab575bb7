/* SPDX-License-Identifier: ISC */
/*
 * request.c: makes a request out of a CGI environment.
 *
 * Reads variables and decodes the path and the query string. It does not read bodies (serve.c) and does
 * not judge what a value means (validate.c).
 */
#include "http/request.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "http/fcgi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_HEADER_NAME 64
#define MAX_HOST 255

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The byte that %XX at `at` stands for, or -1. */
static int percent_byte(struct gw_str text, size_t at)
{
	int high;
	int low;

	if (text.data[at] != '%' || text.len - at < 3)
		return -1;
	high = hex_digit(text.data[at + 1]);
	low = hex_digit(text.data[at + 2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

struct gw_str gw_request_env(const struct gw_request *request, const char *name)
{
	size_t len = strlen(name);
	char *const *env;

	for (env = request->env; env && *env; env++) {
		if (strncmp(*env, name, len) == 0 && (*env)[len] == '=')
			return gw_str(*env + len + 1);
	}
	return GW_STR_NULL;
}

struct gw_str gw_request_header(const struct gw_request *request, const char *name)
{
	char variable[sizeof("HTTP_") + MAX_HEADER_NAME];
	size_t len = strlen(name);
	size_t prefix = 5;
	size_t i;

	if (len > MAX_HEADER_NAME)
		return GW_STR_NULL;
	/* RFC 3875, 4.1: these two have variables without the prefix */
	if (strcasecmp(name, "Content-Type") == 0 || strcasecmp(name, "Content-Length") == 0)
		prefix = 0;
	memcpy(variable, "HTTP_", prefix);
	for (i = 0; i < len; i++) {
		char c = name[i];

		variable[prefix + i] =
			c == '-' ? '_' : (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	variable[prefix + len] = '\0';
	return gw_request_env(request, variable);
}

static bool usable_trace_id(struct gw_str id)
{
	size_t i;

	if (!id.data || id.len == 0 || id.len >= GW_TRACE_ID_SIZE)
		return false;
	for (i = 0; i < id.len; i++) {
		if (!is_alnum(id.data[i]) && !strchr("._-", id.data[i]))
			return false;
	}
	return true;
}

static void choose_trace_id(struct gw_request *request)
{
	static const char *const headers[] = {"X-Trace-Id", "X-Request-Id"};
	struct gw_uuid uuid;
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(headers); i++) {
		struct gw_str id = gw_request_header(request, headers[i]);

		if (usable_trace_id(id)) {
			memcpy(request->trace_id, id.data, id.len);
			request->trace_id[id.len] = '\0';
			return;
		}
	}
	uuid = gw_uuid_random();
	gw_uuid_format(&uuid, request->trace_id);
}

/* Cuts "http://host" off a request target in absolute form (RFC 9112, 3.2.2). */
static struct gw_str target_path(struct gw_str target)
{
	static const char *const schemes[] = {"http://", "https://"};
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(schemes); i++) {
		size_t len = strlen(schemes[i]);
		const char *slash;

		if (target.len < len || strncasecmp(target.data, schemes[i], len) != 0)
			continue;
		slash = memchr(target.data + len, '/', target.len - len);
		if (!slash)
			return GW_STR_LIT("/");
		return (struct gw_str){slash, target.len - (size_t)(slash - target.data)};
	}
	return target;
}

/* Decodes `raw` into storage of at least raw.len + 1 bytes. False if it stands for no path. */
static bool decode_path(struct gw_str raw, char *storage, size_t *ret_len)
{
	size_t len = 0;
	size_t i;

	for (i = 0; i < raw.len; i++) {
		int byte = (unsigned char)raw.data[i];

		if (byte == '%') {
			byte = percent_byte(raw, i);
			i += 2;
		}
		if (byte <= 0)
			return false;
		storage[len++] = (char)byte;
	}
	*ret_len = len;
	return true;
}

static void choose_path(struct gw_request *request)
{
	struct gw_str target = gw_request_env(request, "REQUEST_URI");
	struct gw_str query = gw_request_env(request, "QUERY_STRING");
	size_t len = 0;

	if (target.data && target.len) {
		const char *mark = memchr(target.data, '?', target.len);
		struct gw_str path = target;

		if (mark) {
			path.len = (size_t)(mark - target.data);
			if (!query.data)
				query = (struct gw_str){mark + 1, target.len - path.len - 1};
		}
		path = target_path(path);
		request->path_storage = gw_xmalloc(path.len + 1);
		if (!decode_path(path, request->path_storage, &len))
			len = 0; /* the empty path: no endpoint has it */
	} else {
		struct gw_str script = gw_request_env(request, "SCRIPT_NAME");
		struct gw_str info = gw_request_env(request, "PATH_INFO");

		/* the server has decoded these already */
		request->path_storage = gw_xmalloc(script.len + info.len + 1);
		if (script.len)
			memcpy(request->path_storage, script.data, script.len);
		if (info.len)
			memcpy(request->path_storage + script.len, info.data, info.len);
		len = script.len + info.len;
	}
	request->path_storage[len] = '\0';
	request->path = (struct gw_str){request->path_storage, len};
	request->query = query.data ? query : GW_STR_LIT("");
}

void gw_request_init(struct gw_request *request, char *const *env, void *context)
{
	struct gw_str method;

	memset(request, 0, sizeof(*request));
	request->context = context;
	request->env = env;
	request->started = gw_monotonic();
	request->body = GW_STR_LIT("");
	method = gw_request_env(request, "REQUEST_METHOD");
	request->method = method.data ? method.data : "";
	choose_path(request);
	choose_trace_id(request);
}

void gw_request_watch(struct gw_request *request, const char *topic)
{
	if (request->wait.count < GW_TOPICS_MAX)
		request->wait.topics[request->wait.count++] = gw_topic(gw_str(topic));
}

void gw_request_look_again(struct gw_request *request, int64_t at)
{
	if (request->wait.again == 0 || at < request->wait.again)
		request->wait.again = at;
}

enum gw_err gw_request_wait(struct gw_request *request, const char *topic, int64_t until)
{
	if (topic != NULL)
		gw_request_watch(request, topic);
	request->wait.asked = true;
	request->wait.until = until;
	return GW_OK;
}

bool gw_request_peer_gone(const struct gw_request *request)
{
	return request->peer != NULL && gw_fcgi_peer_gone(request->peer);
}

void gw_request_after(struct gw_request *request, gw_request_written *written)
{
	request->written = written;
}

void gw_request_strip(struct gw_request *request, struct gw_str prefix)
{
	struct gw_str *path = &request->path;

	if (prefix.len == 0 || path->len <= prefix.len || path->data[prefix.len] != '/' ||
	    memcmp(path->data, prefix.data, prefix.len) != 0)
		return;
	path->data += prefix.len;
	path->len -= prefix.len;
}

void gw_request_release(struct gw_request *request)
{
	if (request->state != NULL && request->free_state != NULL)
		request->free_state(request->state);
	request->state = NULL;
	free(request->path_storage);
	request->path_storage = NULL;
	request->path = GW_STR_LIT("");
	request->path_param = GW_STR_NULL;
}

/* application/x-www-form-urlencoded; a percent sign that starts no byte stands for itself. */
static void decode_form(struct gw_buf *out, struct gw_str text)
{
	size_t i;

	gw_buf_reset(out);
	for (i = 0; i < text.len; i++) {
		int byte = percent_byte(text, i);

		if (byte >= 0)
			i += 2;
		else
			byte = text.data[i] == '+' ? ' ' : (unsigned char)text.data[i];
		gw_buf_add_char(out, (char)byte);
	}
}

struct gw_str gw_request_query(const struct gw_request *request, const char *name,
			       struct gw_buf *storage)
{
	struct gw_str rest = request->query;
	struct gw_str found = GW_STR_NULL;

	while (rest.len) {
		const char *amp = memchr(rest.data, '&', rest.len);
		struct gw_str pair = {rest.data, amp ? (size_t)(amp - rest.data) : rest.len};
		const char *equals = memchr(pair.data, '=', pair.len);
		struct gw_str key = {pair.data, equals ? (size_t)(equals - pair.data) : pair.len};

		decode_form(storage, key);
		if (gw_str_equal_c(gw_buf_str(storage), name))
			found = equals ? (struct gw_str){equals + 1, pair.len - key.len - 1}
				       : GW_STR_LIT("");
		rest.data += pair.len;
		rest.len -= pair.len;
		if (amp) {
			rest.data++;
			rest.len--;
		}
	}
	if (!found.data)
		return GW_STR_NULL;
	decode_form(storage, found);
	return gw_buf_str(storage);
}

void gw_request_origin(const struct gw_request *request, struct gw_buf *out)
{
	struct gw_str https = gw_request_env(request, "HTTPS");
	struct gw_str proto = gw_request_header(request, "X-Forwarded-Proto");
	struct gw_str host = gw_request_env(request, "HTTP_HOST");
	bool secure = (https.len == 2 && strncasecmp(https.data, "on", 2) == 0) ||
		      gw_str_equal_c(https, "1");
	size_t i;

	/* with several proxies in a row the first of the list is the one next to the client */
	if (proto.len >= 5 && strncasecmp(proto.data, "https", 5) == 0 &&
	    (proto.len == 5 || strchr(", ", proto.data[5])))
		secure = true;
	if (host.len == 0 || host.len > MAX_HOST)
		goto unusable;
	for (i = 0; i < host.len; i++) {
		if (!is_alnum(host.data[i]) && !strchr(".-_:[]", host.data[i]))
			goto unusable;
	}
	gw_buf_add_c(out, secure ? "https://" : "http://");
	gw_buf_add_str(out, host);
	return;
unusable:
	gw_buf_add_c(out, "http://localhost");
}
