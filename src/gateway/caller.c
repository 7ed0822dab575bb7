/* SPDX-License-Identifier: ISC */
/*
 * caller.c: see caller.h.
 */
#include "gateway/caller.h"

#include "base/clock.h"
#include "base/jwt.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/gateway.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define BEARER "Bearer "
#define KEY_VARIABLE "HTTP_X_API_KEY="
#define KEY_PREFIX "oc-"
#define SHOWN_OF_A_KEY 8 /* bytes of a key that may reach a log */

/* Keys that are found one by one; all have to be the same. */
struct candidates {
	struct gw_str first;
	unsigned count;
	bool differ;
};

static void consider(struct candidates *found, struct gw_str key)
{
	if (found->count++ == 0)
		found->first = key;
	else if (!gw_secret_equal(found->first, key))
		found->differ = true;
}

/* RFC 9110, 5.3: web servers join headers of one name by commas, or pass each on. No key contains a comma. */
static void consider_list(struct candidates *found, struct gw_str list)
{
	const char *comma = NULL;

	while (list.len > 0 && (comma = memchr(list.data, ',', list.len)) != NULL) {
		size_t len = (size_t)(comma - list.data);

		consider(found, gw_str_trim((struct gw_str){list.data, len}));
		list.data += len + 1;
		list.len -= len + 1;
	}
	/* spaces at both ends of a single header are the web server's to remove; a key is taken as it is */
	consider(found, found->count > 0 ? gw_str_trim(list) : list);
}

/* The token of `Authorization: Bearer`, absent if there is none. */
static struct gw_str bearer(const struct gw_request *request)
{
	struct gw_str header = gw_request_header(request, "Authorization");

	if (header.len <= strlen(BEARER) || strncasecmp(header.data, BEARER, strlen(BEARER)) != 0)
		return GW_STR_NULL;
	return gw_str_trim(
		(struct gw_str){header.data + strlen(BEARER), header.len - strlen(BEARER)});
}

static bool is_agent_key(struct gw_str token)
{
	return token.len > strlen(KEY_PREFIX) &&
	       memcmp(token.data, KEY_PREFIX, strlen(KEY_PREFIX)) == 0;
}

static struct gw_str digest_of(const struct gw_caller *caller)
{
	return gw_str(caller->key.digest);
}

static enum gw_err answer_too_many(struct gw_response *response, int64_t wait, const char *hint)
{
	char seconds[24];

	(void)snprintf(seconds, sizeof(seconds), "%lld",
		       (long long)((wait + GW_USEC_PER_SEC - 1) / GW_USEC_PER_SEC));
	gw_response_header(response, "Retry-After", seconds);
	(void)gw_response_error_status(response, GW_BUSY, 429, "Too Many Requests");
	gw_response_hint(response, "%s", hint);
	return GW_BUSY;
}

enum gw_err gw_caller_may_try(const struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	const struct gw_rate rate = {gateway->config->rate_wrong_keys,
				     gateway->config->rate_wrong_keys_burst};
	int64_t wait = 0;

	if (gw_rates_allows(gateway->rates, GW_RATE_WRONG_KEYS,
			    gw_request_env(request, "REMOTE_ADDR"), &rate, &wait))
		return GW_OK;
	return answer_too_many(response, wait,
			       "Too many wrong keys came from this address. Check the key, and "
			       "try again after the seconds of Retry-After.");
}

/* Before the database is asked. A key that was right lately is let in whatever others at its address do. */
static enum gw_err admit(const struct gw_caller *caller, const struct gw_request *request,
			 struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	const struct gw_rate rate = {gateway->config->rate_requests,
				     gateway->config->rate_requests_burst};
	int64_t wait = 0;

	if (!gw_rates_marked(gateway->rates, digest_of(caller)))
		return gw_caller_may_try(request, response);
	/* a request that waits comes here again each time it is woken */
	if (request->state != NULL ||
	    gw_rates_take(gateway->rates, GW_RATE_REQUESTS, digest_of(caller), &rate, &wait))
		return GW_OK;
	return answer_too_many(response, wait,
			       "Poll with wait= in place of polling often, and wait as many "
			       "seconds as Retry-After says.");
}

enum gw_err gw_caller_may_send(const struct gw_caller *caller, const struct gw_request *request,
			       struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	const struct gw_rate rate = {gateway->config->rate_sends,
				     gateway->config->rate_sends_burst};
	int64_t wait = 0;

	if (gw_rates_take(gateway->rates, GW_RATE_SENDS, digest_of(caller), &rate, &wait))
		return GW_OK;
	return answer_too_many(response, wait,
			       "Too many messages. Nothing was sent; send it again after the "
			       "seconds of Retry-After, and put more into one message.");
}

enum gw_err gw_caller_require_key(const struct gw_request *request, struct gw_response *response)
{
	enum gw_err err = GW_OK;

	if (gw_request_header(request, "X-Api-Key").data != NULL || is_agent_key(bearer(request)))
		return GW_OK;
	err = gw_response_error(response, GW_UNAUTHORIZED, "This needs an agent's key");
	gw_response_hint(response, "Send it in the header X-Api-Key, or as Authorization: Bearer "
				   "oc-…");
	return err;
}

enum gw_err gw_caller_agent(const struct gw_request *request, struct gw_response *response,
			    struct gw_invalid *invalid, struct gw_caller *ret_caller)
{
	struct candidates found = {.first = GW_STR_NULL};
	struct gw_str token = bearer(request);

	*ret_caller = (struct gw_caller){.kind = GW_CALLER_AGENT, .presented = GW_STR_NULL};
	for (char *const *env = request->env; env != NULL && *env != NULL; env++) {
		if (strncmp(*env, KEY_VARIABLE, strlen(KEY_VARIABLE)) == 0)
			consider_list(&found, gw_str(*env + strlen(KEY_VARIABLE)));
	}
	/* a token of another kind is somebody else's: the same request may carry a person's */
	if (is_agent_key(token))
		consider(&found, token);
	if (found.differ)
		return gw_response_error_status(response, GW_INVALID, 400,
						"Several API keys that differ");
	if (found.count == 0 && invalid != NULL)
		(void)gw_field_header(request, "X-Api-Key", invalid);
	ret_caller->presented = found.first;
	gw_agent_key_init(&ret_caller->key, found.first);
	return found.count > 0 ? admit(ret_caller, request, response) : GW_OK;
}

bool gw_caller_has_token(const struct gw_request *request, const char *token)
{
	struct gw_str presented = bearer(request);

	return token[0] != '\0' && presented.data != NULL &&
	       gw_secret_equal(presented, gw_str(token));
}

enum gw_err gw_caller_operator(const struct gw_request *request, const struct gw_config *config,
			       struct gw_caller *ret_caller)
{
	if (!gw_caller_has_token(request, config->admin_token))
		return GW_UNAUTHORIZED;
	*ret_caller = (struct gw_caller){.kind = GW_CALLER_OPERATOR, .presented = bearer(request)};
	return GW_OK;
}

enum gw_err gw_caller_person(const struct gw_request *request, const struct gw_config *config,
			     struct gw_caller *ret_caller)
{
	struct gw_caller caller = {.kind = GW_CALLER_PERSON, .presented = bearer(request)};
	enum gw_err err = GW_UNAUTHORIZED;

	if (caller.presented.data != NULL)
		err = gw_jwt_verify(caller.presented, gw_str(config->jwt_secret),
				    gw_now() / GW_USEC_PER_SEC,
				    config->jwt_leeway / GW_USEC_PER_SEC, &caller.user);
	if (err == GW_OK)
		*ret_caller = caller;
	return err;
}

/* The value of a cookie (RFC 6265, 5.4); absent if it is not there. Of several the first is the one with the longest path. */
static struct gw_str cookie(const struct gw_request *request, const char *name)
{
	struct gw_str rest = gw_request_header(request, "Cookie");

	while (rest.len > 0) {
		const char *end = memchr(rest.data, ';', rest.len);
		size_t len = end != NULL ? (size_t)(end - rest.data) : rest.len;
		struct gw_str pair = gw_str_trim((struct gw_str){rest.data, len});
		const char *equals = pair.len > 0 ? memchr(pair.data, '=', pair.len) : NULL;

		if (equals != NULL &&
		    gw_str_equal_c((struct gw_str){pair.data, (size_t)(equals - pair.data)}, name))
			return (struct gw_str){equals + 1,
					       pair.len - (size_t)(equals + 1 - pair.data)};
		if (end != NULL)
			len++;
		rest.data += len;
		rest.len -= len;
	}
	return GW_STR_NULL;
}

/* "https://host[:port]" of a URL. */
static struct gw_str origin_of(const char *url)
{
	const char *authority = strstr(url, "://");

	if (authority == NULL)
		return GW_STR_NULL;
	return (struct gw_str){url, (size_t)(authority - url) + 3 + strcspn(authority + 3, "/")};
}

static bool same_origin(struct gw_str a, struct gw_str b)
{
	return a.len > 0 && a.len == b.len && strncasecmp(a.data, b.data, a.len) == 0;
}

bool gw_caller_same_site(const struct gw_request *request, const struct gw_config *config,
			 bool bare)
{
	struct gw_str site = gw_request_header(request, "Sec-Fetch-Site");
	struct gw_str origin = gw_request_header(request, "Origin");
	struct gw_buf own;
	bool same = bare;

	if (site.data != NULL)
		return gw_str_equal_c(site, "same-origin");
	if (origin.data == NULL)
		return bare;
	gw_buf_init(&own, 512);
	gw_request_origin(request, &own);
	same = same_origin(origin, gw_buf_str(&own)) ||
	       same_origin(origin, origin_of(config->public_url));
	gw_buf_release(&own);
	return same;
}

enum gw_err gw_caller_screen(const struct gw_request *request, const struct gw_config *config,
			     struct gw_caller *ret_caller)
{
	struct gw_caller caller = {.kind = GW_CALLER_PERSON, .presented = GW_STR_NULL};

	caller.presented = cookie(request, GW_CALLER_COOKIE);
	if (caller.presented.len == 0)
		return gw_caller_person(request, config, ret_caller);
	if (strcmp(request->method, "GET") != 0 && !gw_caller_same_site(request, config, false))
		return GW_FORBIDDEN;
	caller.has_session = true;
	gw_sha256(caller.presented, caller.session);
	*ret_caller = caller;
	return GW_OK;
}

static bool has_prefix(struct gw_str text, const char *prefix)
{
	return text.len >= strlen(prefix) && strncasecmp(text.data, prefix, strlen(prefix)) == 0;
}

/* What is wrong with a key that nobody has, as far as its form shows. The key itself is not repeated. */
static void hint_at_key(struct gw_response *response, struct gw_str key)
{
	const char *hint = NULL;

	if (key.len == 0)
		hint = "The key is empty: the variable that should hold it may not be set.";
	else if (strchr("\"'`", key.data[0]) != NULL ||
		 strchr("\"'`", key.data[key.len - 1]) != NULL || has_prefix(key, "\u201C"))
		hint = "The key was sent with quotes around it: leave them out.";
	else if (has_prefix(key, BEARER))
		hint = "Leave out the word Bearer: X-Api-Key holds the key alone.";
	else if (memchr(key.data, '*', key.len) != NULL ||
		 memmem(key.data, key.len, "\u2026", 3) != NULL ||
		 memmem(key.data, key.len, "...", 3) != NULL)
		hint = "This is not the key but a shortened form of it that is shown in its place: "
		       "let the command read the key from its file or variable.";
	else if (strchr("<{$[", key.data[0]) != NULL || has_prefix(key, "YOUR"))
		hint = "This is a placeholder: put the agent's own key there.";
	else if (!has_prefix(key, KEY_PREFIX))
		hint = "A key begins with oc-.";
	else
		hint = "Check that this is the agent's newest key, as a whole: making a new one "
		       "ends "
		       "the old one.";
	gw_response_hint(response, "%s", hint);
}

static const char *text_of(struct gw_str text)
{
	return text.data != NULL ? text.data : "";
}

uint64_t gw_caller_count_wrong(const struct gw_request *request)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	const struct gw_rate rate = {gateway->config->rate_wrong_keys,
				     gateway->config->rate_wrong_keys_burst};
	int64_t wait = 0;

	(void)gw_rates_take(gateway->rates, GW_RATE_WRONG_KEYS,
			    gw_request_env(request, "REMOTE_ADDR"), &rate, &wait);
	return gw_rates_tell(gateway->rates);
}

/* A credential that nobody has: counted for the address, and told in the log, at most once a second. */
static void note_wrong(const struct gw_caller *caller, const struct gw_request *request)
{
	struct gw_str address = gw_request_env(request, "REMOTE_ADDR");
	struct gw_str shown = gw_utf8_cut(caller->presented, SHOWN_OF_A_KEY);
	uint64_t count = gw_caller_count_wrong(request);

	if (count > 0 && caller->kind == GW_CALLER_AGENT)
		gw_log_notice(
			"wrong API key from %.*s, begins %.*s (%llu since this was last told)",
			(int)address.len, text_of(address), (int)shown.len, text_of(shown),
			(unsigned long long)count);
	else if (count > 0)
		gw_log_notice("wrong token from %.*s (%llu since this was last told)",
			      (int)address.len, text_of(address), (unsigned long long)count);
}

enum gw_err gw_caller_settle(const struct gw_caller *caller, struct gw_request *request,
			     struct gw_response *response, enum gw_err err)
{
	if (err == GW_OK) {
		request->authenticated = true;
		if (caller->kind == GW_CALLER_AGENT)
			gw_rates_mark(gw_gateway_of(request)->rates, digest_of(caller));
		return err;
	}
	if (err == GW_UNAUTHORIZED)
		note_wrong(caller, request);
	if (err == GW_UNAUTHORIZED && caller->kind == GW_CALLER_AGENT) {
		(void)gw_response_error(response, GW_UNAUTHORIZED, "Invalid API key");
		hint_at_key(response, caller->presented);
		return err;
	} else if (err == GW_FORBIDDEN && caller->kind == GW_CALLER_AGENT) {
		return gw_response_error_code(
			response, GW_FORBIDDEN, "agent_suspended",
			"This agent is suspended: it was stopped, has expired, or its "
			"organisation or its creator is not active");
	} else if (err == GW_UNAUTHORIZED) {
		gw_response_header(response, "WWW-Authenticate", "Bearer");
		return gw_response_error(response, GW_UNAUTHORIZED, "Invalid or expired token");
	}
	return err;
}
